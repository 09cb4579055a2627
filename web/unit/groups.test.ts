import { expect, test } from "vitest";
import type { Shapes } from "../src/api/client";
import {
  ALL,
  bodyOf,
  inGroup,
  isSame,
  laidOf,
  NO_GROUP,
  over,
  seatsOf,
  withoutGroup,
  wrongOf,
} from "../src/secretary/groups";

const KEPT = [
  { id: "g1", name: "Tổ 1", head_id: "a", member_ids: ["a", "b"] },
  { id: "g2", name: "Tổ 2", head_id: "c", member_ids: ["c"] },
] as Shapes["PartyGroup"][];
const GROUPS = KEPT.map(({ id, name, head_id }) => ({ id, name, head: head_id! }));

test("what is kept is sent back as it was", () => {
  expect(bodyOf(GROUPS, seatsOf(KEPT)).items).toEqual(KEPT);
  expect(wrongOf(GROUPS, seatsOf(KEPT))).toBeNull();
});

test("a group that goes leaves its people in none, and the others keep theirs", () => {
  expect(withoutGroup(seatsOf(KEPT), 0)).toEqual({ c: 0 });
  expect(withoutGroup(seatsOf(KEPT), 1)).toEqual({ a: 0, b: 0 });
});

test("each group has a name, and a head who is in it", () => {
  expect(wrongOf([{ ...GROUPS[0]!, name: " " }, GROUPS[1]!], seatsOf(KEPT))).toBe("name");
  expect(wrongOf([{ ...GROUPS[0]!, head: "c" }, GROUPS[1]!], seatsOf(KEPT))).toBe("head");
  expect(wrongOf([...GROUPS, { id: null, name: "Tổ 3", head: "" }], seatsOf(KEPT))).toBe("head");
});

test("what somebody else laid out meanwhile is noticed; the order in which members are told is none", () => {
  expect(isSame(KEPT, [{ ...KEPT[0]!, member_ids: ["b", "a"] }, KEPT[1]!])).toBe(true);
  expect(isSame(KEPT, [{ ...KEPT[0]!, name: "Tổ một" }, KEPT[1]!])).toBe(false);
  expect(isSame(KEPT, [{ ...KEPT[0]!, head_id: "b" }, KEPT[1]!])).toBe(false);
  expect(isSame(KEPT, [{ ...KEPT[0]!, member_ids: ["a"] }, KEPT[1]!])).toBe(false);
  expect(isSame(KEPT, [KEPT[0]!])).toBe(false);
});

test("what is laid out stands over what is so now: a group that went is made anew, who left is in none", () => {
  const kept = [KEPT[0]!];
  const laid = over(laidOf(KEPT), kept, ["a", "c"]);
  expect(laid.base).toBe(kept);
  expect(bodyOf(laid.groups, laid.seats).items).toEqual([
    { id: "g1", name: "Tổ 1", head_id: "a", member_ids: ["a"] },
    { name: "Tổ 2", head_id: "c", member_ids: ["c"] },
  ]);
});

test("roll and calls go group by group, and whoever is in none is in no group's", () => {
  const shown = (chosen: string, groups = KEPT) => inGroup(groups, chosen, ["a", "c", "x"], (id) => id);
  expect(shown(ALL)).toEqual(["a", "c", "x"]);
  expect(shown("g1")).toEqual(["a"]);
  expect(shown(NO_GROUP)).toEqual(["x"]);
  expect(shown("g1", [])).toEqual(["a", "c", "x"]); // it went meanwhile
  expect(shown(NO_GROUP, [])).toEqual(["a", "c", "x"]);
});
