import { expect, test } from "vitest";
import { type Answer, Refused, Unreachable } from "../src/api/client";
import { afterAnswer, afterError, asking, isGone, NOTHING_SHOWN, type Shown, worstOf } from "../src/ui/loaded";
import { problem } from "./browser";

const SHOWN: Shown<string> = { data: "ở đây", savedAt: 5, phase: "fresh", problem: null };
const KEPT = { body: "bản lưu", etag: '"1"', saved_at: 3 };
const ANSWER: Answer<string> = { status: 200, body: "mới", etag: null, isStale: false, retryAfterS: null };

function refused(status: number, code = "x"): Refused {
  return new Refused(status, { ...problem(status, code).body }, null);
}

test("what is on the screen stays there while it is asked for anew", () => {
  expect(asking(SHOWN, KEPT)).toMatchObject({ data: "ở đây", savedAt: 5, phase: "loading" });
  expect(asking(NOTHING_SHOWN, KEPT)).toMatchObject({ data: "bản lưu", savedAt: 3 });
});

test.each([429, 500, 503, 422])("a server that says %i takes nothing off the screen", (status) => {
  expect(afterError(SHOWN, refused(status))).toMatchObject({ data: "ở đây", savedAt: 5, phase: "stale" });
  expect(afterError(NOTHING_SHOWN, refused(status))).toMatchObject({ data: null, phase: "error" });
});

test("without network the last copy is shown, with its own hour", () => {
  expect(afterError(SHOWN, new Unreachable())).toMatchObject({ data: "ở đây", savedAt: 5, phase: "offline" });
});

test.each([403, 404, 410])("what the server refuses with %i goes, unless another spoke for it", (status) => {
  expect(afterError(SHOWN, refused(status))).toMatchObject({ data: null, phase: "error", problem: { status } });
  expect(isGone(refused(status, "unknown"))).toBe(false);
});

test("an answer from before is never dated now", () => {
  expect(afterAnswer(ANSWER, KEPT, 9)).toMatchObject({ data: "mới", savedAt: 9, phase: "fresh" });
  expect(afterAnswer({ ...ANSWER, isStale: true }, KEPT, 9)).toMatchObject({ data: "mới", savedAt: null });
  const unchanged = { ...ANSWER, status: 304, isStale: true };
  expect(afterAnswer(unchanged, KEPT, 9)).toMatchObject({ data: "bản lưu", savedAt: 3 });
});

test("a screen of several answers tells of the one that is missing, else of the oldest", () => {
  const offline: Shown<string> = { ...SHOWN, phase: "offline" };
  const failed = afterError<unknown>(NOTHING_SHOWN, refused(503));
  expect(worstOf(SHOWN, offline)).toBe(offline);
  expect(worstOf(offline, { ...SHOWN, phase: "stale" })).toBe(offline);
  expect(worstOf<Shown<unknown>>(offline, NOTHING_SHOWN)).toBe(NOTHING_SHOWN);
  expect(worstOf<Shown<unknown>>(NOTHING_SHOWN, failed)).toBe(failed);
  expect(worstOf(SHOWN)).toBe(SHOWN);
});
