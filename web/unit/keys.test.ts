import { beforeEach, expect, test } from "vitest";
import { Keys } from "../src/sync/keys";
import { begin } from "../src/sync/session";
import { problem, serve, session } from "./browser";

beforeEach(async () => {
  await begin(session(1));
});

async function keysOf(bodies: unknown[], reply: Parameters<typeof serve>[0]): Promise<(string | null)[]> {
  const keys = new Keys();
  const asked = serve(reply);
  for (const body of bodies) await keys.send("POST", "/v1/documents", body).catch(() => undefined);
  return asked.map((each) => each.key);
}

test("what may have arrived is repeated with the same key", async () => {
  const replies = ["lost" as const, problem(503, "outcome_unknown"), { status: 201, body: {} }];
  for (const reply of replies) {
    const [first, second] = await keysOf([{ title: "một" }, { title: "một" }], () => reply);
    expect(first).toBeTruthy();
    expect(second).toBe(first);
  }
});

test("what was changed after a lost answer has another key, which the server takes", async () => {
  const [first, second] = await keysOf([{ title: "một" }, { title: "hai" }], () => "lost");
  expect(second).not.toBe(first);
});

test("what was refused is asked for anew, not told its old answer", async () => {
  const [first, second] = await keysOf([{ title: "một" }, { title: "một" }], () => problem(409, "wrong_state"));
  expect(second).not.toBe(first);
});

test("what is sent beside it has a key of its own", async () => {
  const keys = new Keys();
  const asked = serve(() => ({ status: 200, body: {} }));
  await keys.send("POST", "/v1/documents", {});
  await keys.send("POST", "/v1/documents/1/publish", {});
  expect(asked[0]!.key).not.toBe(asked[1]!.key);
});
