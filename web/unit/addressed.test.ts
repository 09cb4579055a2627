import { beforeEach, expect, test } from "vitest";
import { addressedOf } from "../src/console/addressed";
import { begin } from "../src/sync/session";
import { problem, serve, session } from "./browser";

beforeEach(async () => {
  await begin(session(1));
});

const all = Array.from({ length: 150 }, (_, i) => ({ id: `b${i}`, name: `Chi bộ ${i}` }));

/** 150 right below "d", in pages of a hundred; everything else is asked for by its id. */
function children(path: string) {
  const at = path.includes("cursor=") ? 100 : 0;
  return { items: all.slice(at, at + 100), next_cursor: at === 0 ? "a hundred" : null };
}

test("very many places below cost as many questions as they have pages", async () => {
  const asked = serve(({ path }) => ({ status: 200, body: children(path) }));
  const ids = all.slice(60, 130).map((each) => each.id);
  expect((await addressedOf("d", ids)).map((each) => each.id)).toEqual(ids);
  expect(asked.map((each) => each.path)).toEqual([
    "/v1/organizations/d/children?limit=100",
    "/v1/organizations/d/children?limit=100&cursor=a%20hundred",
  ]);
});

test("one place, or one from elsewhere, is asked for itself", async () => {
  const asked = serve(({ path }) => ({
    status: 200,
    body: path.includes("/children") ? children(path) : { id: path.split("/").at(-1) },
  }));
  expect(await addressedOf("d", ["d"])).toEqual([{ id: "d" }]);
  expect(asked.map((each) => each.path)).toEqual(["/v1/organizations/d"]);
  expect((await addressedOf("d", ["b1", "x"])).map((each) => each.id)).toEqual(["b1", "x"]);
});

test("what is not to be had is an error, not a line that is missing", async () => {
  serve(() => problem(429, "too_many_requests"));
  await expect(addressedOf("d", ["d"])).rejects.toMatchObject({ status: 429 });
});
