import { expect, test } from "vitest";
import type { Shapes } from "../src/api/client";
import {
  bodyOf,
  disagrees,
  type Draft,
  EMPTY,
  isToKeep,
  NONE_SERVED,
  saysTheSame,
  servedOf,
} from "../src/secretary/minutes";

const KEPT = {
  text: "Bản cũ",
  conclusions: [{ agenda_item_id: "a1", text: "Xong", outcome: null }],
  guests: [{ full_name: "Trần Bình", title: "Khách" }],
  document_id: "d1",
  published_at: null,
  version: 3,
} as unknown as Shapes["MeetingMinutes"];
const MINE: Draft = { text: "Bản mới", conclusions: { a1: { text: "Xong", outcome: "done" } }, base: 3 };

test("what is written here is newer than the version that it was begun from", () => {
  expect(disagrees(MINE, servedOf(KEPT))).toBe(false);
});

test("what somebody else wrote meanwhile is shown beside it, unless it says the same", () => {
  const later = servedOf({ ...KEPT, version: 4 });
  expect(disagrees(MINE, later)).toBe(true);
  expect(disagrees({ ...MINE, text: " Bản cũ " }, later)).toBe(false);
  expect(disagrees({ ...MINE, base: null }, servedOf(KEPT))).toBe(true);
});

test("where the server has nothing there is nothing to disagree with", () => {
  expect(disagrees({ ...MINE, base: null }, NONE_SERVED)).toBe(false);
});

test("a topic of which nothing is said is none", () => {
  const blank = { a1: { text: "  ", outcome: "done" as const } };
  expect(saysTheSame({ text: "", conclusions: blank }, EMPTY)).toBe(true);
  expect(bodyOf({ text: " x ", conclusions: blank }, NONE_SERVED, ["a1"], false)).toEqual({
    text: "x",
    conclusions: [],
    guests: [],
    publish: false,
  });
});

test("what is being written goes to the server by itself until it is published, and over nobody's version", () => {
  expect(isToKeep(MINE, servedOf(KEPT))).toBe(true);
  expect(isToKeep({ ...MINE, base: null }, NONE_SERVED)).toBe(true);
  expect(isToKeep({ ...MINE, text: "Bản cũ " }, servedOf(KEPT))).toBe(false);
  expect(isToKeep(EMPTY, NONE_SERVED)).toBe(false);
  expect(isToKeep(MINE, servedOf({ ...KEPT, version: 4 }))).toBe(false);
  expect(isToKeep(MINE, servedOf({ ...KEPT, published_at: "2026-12-04T14:00:00Z" }))).toBe(false);
});

test("that a topic is left to the next month needs no word, and is not lost", () => {
  const carried = { a1: { text: " ", outcome: "carried_over" as const } };
  const said = [{ agenda_item_id: "a1", text: "", outcome: "carried_over" }];
  expect(bodyOf({ text: "x", conclusions: carried }, NONE_SERVED, ["a1", "a2"], true).conclusions).toEqual(said);
  expect(saysTheSame({ text: "", conclusions: carried }, EMPTY)).toBe(false);
  const served = servedOf({ ...KEPT, text: "", conclusions: [], version: 4 });
  expect(disagrees({ text: "", conclusions: carried, base: 3 }, served)).toBe(true);
});

test("what the server has of a topic is not dropped with its words", () => {
  const wordless = { a1: { text: "", outcome: "done" as const } };
  expect(bodyOf({ text: "x", conclusions: wordless }, servedOf(KEPT), ["a1", "a2"], true).conclusions).toEqual([
    { agenda_item_id: "a1", text: "", outcome: "done" },
  ]);
});

test("guests and the paper, which are not edited here, are sent as they are", () => {
  expect(bodyOf(MINE, servedOf(KEPT), ["a1"], true)).toMatchObject({
    conclusions: [{ agenda_item_id: "a1", text: "Xong", outcome: "done" }],
    guests: KEPT.guests,
    document_id: "d1",
  });
});
