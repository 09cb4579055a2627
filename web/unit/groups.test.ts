import { expect, test } from "vitest";
import type { Shapes } from "../src/api/client";
import { bodyOf, seatsOf, withoutGroup, wrongOf } from "../src/secretary/groups";

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
