import { expect, test } from "vitest";
import { concerns, Lines, type News } from "../src/sync/stream";

const ID = "0190f3a2-0000-7000-8000-0000000000aa";
const CHANGED: News = { event: "changed", data: { type: "meeting", id: ID, version: 7 } };

test("events are read however they are cut, and comments are none", () => {
  const changed = `id: a-3\nevent: changed\ndata: ${JSON.stringify(CHANGED.data)}\n\n`;
  const text = `retry: 3000\nid: a-1\n\n:\nid: a-2\n\n${changed}`;
  for (let cut = 0; cut <= text.length; cut++) {
    const lines = new Lines();
    expect([...lines.take(text.slice(0, cut)), ...lines.take(text.slice(cut))]).toEqual([CHANGED]);
    expect(lines.lastId).toBe("a-3");
  }
});

test("an event without its end is none yet, and its place is not forgotten", () => {
  const lines = new Lines();
  expect(lines.take("event: resync\ndata: {}\n")).toEqual([]);
  expect(lines.take("\n")).toEqual([{ event: "resync", data: {} }]);
  expect(lines.lastId).toBeNull();
});

test("a screen asks anew for what it shows, and for nothing else", () => {
  expect(concerns(`/v1/meetings/${ID}`, CHANGED)).toBe(true);
  expect(concerns(`/v1/meetings/${ID}/comments?limit=20`, CHANGED)).toBe(true);
  expect(concerns("/v1/me/home", CHANGED)).toBe(true);
  expect(concerns("/v1/documents/other", CHANGED)).toBe(false);
  expect(concerns("/v1/inbox?unread=true", { event: "inbox", data: { unread: 1 } })).toBe(true);
  expect(concerns(`/v1/meetings/${ID}`, { event: "inbox", data: { unread: 1 } })).toBe(false);
  expect(concerns("/v1/documents/other", { event: "resync", data: {} })).toBe(true);
});
