import { beforeEach, expect, test, vi } from "vitest";
import { isIdle, LOCK_AFTER_MS, look, touch, wake } from "../src/sync/idle";

const NOW = Date.parse("2026-11-30T05:00:00Z");

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
  isIdle.value = false;
});

test("a quarter of an hour without a touch closes it, and a touch then does not open it", () => {
  touch(NOW);
  look(NOW + LOCK_AFTER_MS);
  expect(isIdle.value).toBe(false);
  look(NOW + LOCK_AFTER_MS + 1);
  expect(isIdle.value).toBe(true);
  touch(NOW + LOCK_AFTER_MS + 2);
  look(NOW + LOCK_AFTER_MS + 3);
  expect(isIdle.value).toBe(true);
});

test("touches keep it open, and a password opens it, in every tab", () => {
  for (let at = NOW; at < NOW + 3 * LOCK_AFTER_MS; at += LOCK_AFTER_MS / 2) touch(at);
  look(NOW + 3 * LOCK_AFTER_MS);
  expect(isIdle.value).toBe(false);
  const later = NOW + 9 * LOCK_AFTER_MS;
  look(later);
  expect(isIdle.value).toBe(true);
  wake(later);
  look(later);
  expect(isIdle.value).toBe(false);
});

test("a browser that was never touched has just begun", () => {
  look(NOW);
  expect(isIdle.value).toBe(false);
});

test("a clock that was put back by a day does not keep it open", () => {
  touch(NOW);
  look(NOW - 24 * 3_600_000);
  expect(isIdle.value).toBe(true);
});
