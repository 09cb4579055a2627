import { beforeEach, expect, test } from "vitest";
import { Keys } from "../src/sync/keys";
import { begin } from "../src/sync/session";
import { MEMBER, problem, serve, session } from "./browser";

beforeEach(async () => {
  await begin(session(1));
});

async function keysOf(
  bodies: unknown[],
  reply: Parameters<typeof serve>[0],
  keys = new Keys(),
): Promise<(string | null)[]> {
  const asked = serve(reply);
  for (const body of bodies) await keys.send("POST", "/v1/documents", body).catch(() => undefined);
  return asked.map((each) => each.key);
}

test("what may have arrived is repeated with the same key", async () => {
  const replies = ["lost" as const, problem(503, "outcome_unknown")];
  for (const reply of replies) {
    const [first, second] = await keysOf([{ title: "một" }, { title: "một" }], () => reply);
    expect(first).toBeTruthy();
    expect(second).toBe(first);
  }
});

test("what has arrived is done: the same said again later is another request", async () => {
  const arrived = { status: 200, body: {} };
  const [first, second] = await keysOf([{ at: "8 giờ" }, { at: "8 giờ" }], () => arrived);
  expect(second).not.toBe(first);
});

test("of several steps the first is done once, however often the whole is begun", async () => {
  const arrived = { status: 201, body: {} };
  const [first, second] = await keysOf([{ title: "một" }, { title: "một" }], () => arrived, new Keys("steps"));
  expect(second).toBe(first);
});

test("what needs a version has a key for each version", async () => {
  const asked = serve(() => "lost");
  const keys = new Keys();
  for (const ifMatch of ['"1"', '"1"', '"2"'])
    await keys.send("PATCH", "/v1/organizations/1", { name: "một" }, { ifMatch }).catch(() => undefined);
  expect(asked[1]!.key).toBe(asked[0]!.key);
  expect(asked[2]!.key).not.toBe(asked[0]!.key);
});

test("what was ended, and of which no answer came, is ended once", async () => {
  const asked = serve(() => "lost");
  const keys = new Keys();
  for (let i = 0; i < 2; i++) await keys.send("DELETE", "/v1/documents/1").catch(() => undefined);
  expect(asked[1]!.key).toBe(asked[0]!.key);
  expect(asked[0]!.body).toEqual({});
});

test("what one member began goes out in his name, whoever signs in meanwhile", async () => {
  const keys = new Keys("steps");
  const other = { ...session(2), member: { ...MEMBER, id: "another" } };
  const asked = serve(async (_, n) => {
    if (n === 1) await begin(other);
    return { status: 200, body: {} };
  });
  await keys.send("POST", "/v1/documents", {});
  await keys.send("POST", "/v1/documents/1/publish", {});
  expect(asked.map((each) => each.token)).toEqual(["access-1", "access-1"]);
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

test("what was answered late takes the key of nothing that was sent after it", async () => {
  const keys = new Keys();
  let answer = () => {};
  const late = new Promise<void>((resolve) => (answer = resolve));
  const asked = serve(async (_, n) => {
    if (n > 1) return "lost";
    await late;
    return { status: 200, body: {} };
  });
  const first = keys.send("POST", "/v1/documents", { title: "một" });
  await keys.send("POST", "/v1/documents", { title: "hai" }).catch(() => undefined);
  answer();
  await first;
  await keys.send("POST", "/v1/documents", { title: "hai" }).catch(() => undefined);
  expect(asked).toHaveLength(3);
  expect(asked[2]!.key).toBe(asked[1]!.key);
});
