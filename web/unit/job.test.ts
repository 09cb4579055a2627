import { beforeEach, expect, test } from "vitest";
import { settled } from "../src/sync/job";
import type { Shapes } from "../src/api/client";
import { begin } from "../src/sync/session";
import { problem, serve, session } from "./browser";

const PENDING = { id: "o1", state: "pending", progress: null, resource_url: null } as Shapes["Operation"];

beforeEach(async () => {
  await begin(session(1));
});

test("a job is followed to its end, over a network that fails and a server that has no time", async () => {
  const steps: unknown[] = [];
  const replies = ["lost" as const, problem(503, "unavailable")];
  const running = { ...PENDING, progress: { done: 1, total: 2 } };
  const asked = serve((_, n) => {
    return replies[n - 1] ?? { status: 200, body: n === 3 ? running : { ...PENDING, state: "succeeded" } };
  });
  const done = await settled(
    PENDING,
    (progress) => steps.push(progress),
    () => true,
    1,
  );
  expect(done).toMatchObject({ state: "succeeded" });
  expect(asked).toHaveLength(4);
  expect(steps).toContainEqual({ done: 1, total: 2 });
});

test("who has gone elsewhere waits for nothing", async () => {
  const asked = serve(() => ({ status: 200, body: PENDING }));
  const done = await settled(
    PENDING,
    () => undefined,
    () => false,
    1,
  );
  expect(done).toBeNull();
  expect(asked).toEqual([]);
});
