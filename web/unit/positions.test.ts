import { expect, test } from "vitest";
import { levelsBelow } from "../src/admin/place";
import { holdersOf, rolesAt } from "../src/admin/positions";
import type { Shapes } from "../src/api/client";

test("below stands any lower level, below a branch none", () => {
  expect(levelsBelow("city")).toEqual(["district", "grassroots", "branch"]);
  expect(levelsBelow("branch")).toEqual([]);
});

test("a branch is led, what is above it has committees", () => {
  expect(rolesAt("branch")).toEqual(["secretary", "deputy_secretary"]);
  expect(rolesAt("district")).not.toContain("secretary");
});

test("who holds a position elsewhere holds none here", () => {
  const held = (id: string, role: string, organization: string) => ({
    id,
    full_name: id,
    roles: [{ role, organization: { id: organization, name: "" } }],
  });
  const members = [held("a", "secretary", "x"), held("b", "officer", "y"), held("c", "member", "x")];
  expect(holdersOf(members as unknown as Shapes["MemberItem"][], "x")).toEqual([
    { id: "a", name: "a", role: "secretary" },
  ]);
});
