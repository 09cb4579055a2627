import { expect, test } from "vitest";
import { type Delivered, isNews, isSilent, nextLookMs } from "../src/console/delivery";

const NOTHING: Delivered = {
  notification_id: "n",
  recipients: 0,
  devices: 0,
  delivered: 0,
  retrying: 0,
  dead: 0,
  expired: 0,
  failures: [],
  started_at: null,
  settled_at: null,
  held_until: null,
};
const GOING = { ...NOTHING, recipients: 20, devices: 18, started_at: "2026-12-04T01:00:00Z" };

test("what lies in inboxes alone is not asked for as long as the page is open", () => {
  expect(isSilent(NOTHING)).toBe(true);
  expect(nextLookMs(NOTHING, 0)).not.toBeNull();
  expect(nextLookMs(NOTHING, 5)).toBeNull();
});

test("what is held or goes out is no silence", () => {
  expect(isSilent({ ...NOTHING, held_until: "2026-12-04T01:01:00Z" })).toBe(false);
  expect(isSilent(GOING)).toBe(false);
  expect(isSilent({ ...NOTHING, settled_at: "2026-12-04T01:01:00Z" })).toBe(false);
});

test("it is looked at ever more seldom while nothing is new, and not for ever", () => {
  const pauses = Array.from({ length: 40 }, (_, quiet) => nextLookMs(GOING, quiet));
  expect(pauses[0]).toBeLessThan(pauses[15]!);
  expect(pauses[39]).toBeNull();
  expect(nextLookMs(null, 39)).toBeNull();
  expect(nextLookMs({ ...GOING, settled_at: "2026-12-04T01:02:00Z" }, 0)).toBeNull();
});

test("any figure that moved is news", () => {
  expect(isNews(null, GOING)).toBe(true);
  expect(isNews(GOING, { ...GOING })).toBe(false);
  expect(isNews(GOING, { ...GOING, delivered: 1 })).toBe(true);
});
