import { expect, test } from "vitest";
import type { Member } from "../src/api/client";
import {
  followsUp,
  isOwnBranch,
  issuing,
  keepsRoster,
  officiates,
  overseen,
  placesOf,
  seesBelow,
} from "../src/ui/roles";

const place = (id: string) => ({ id, name: id });

/** A member of the branch "b" of the ward "w" of the district "d". */
function member(...roles: [Member["roles"][number]["role"], string][]): Member {
  return {
    branch: place("b"),
    organizations: [
      { ...place("city"), level: "city" },
      { ...place("d"), level: "district" },
      { ...place("w"), level: "grassroots" },
    ],
    roles: [
      { role: "member", organization: place("b") },
      ...roles.map(([role, id]) => ({ role, organization: place(id) })),
    ],
  } as unknown as Member;
}

test("what takes a role is done where he holds it, whatever else he holds elsewhere", () => {
  const two = member(["committee_member", "city"], ["officer", "d"]);
  expect(overseen(two, "officer").id).toBe("d");
  expect(overseen(two, "committee_member").id).toBe("city");
  expect(overseen(two, "officer", "committee_member").id).toBe("d");
  expect(overseen(two, "admin").id).toBe("b");
  expect(placesOf(two).map((each) => each.id)).toEqual(["d", "city"]);
});

test("a committee member sees how far his own branches are, and reminds nobody", () => {
  const his = member(["committee_member", "w"]);
  expect(followsUp(his, "w")).toBe(true);
  expect(officiates(his, "w")).toBe(false);
  expect(seesBelow(his, "w")).toBe(false);
  expect(followsUp(his, "elsewhere")).toBe(false);
});

test("an officer does so for all below, an administrator sees their figures", () => {
  const officer = member(["officer", "d"]);
  for (const id of ["d", "below"]) expect(officiates(officer, id) && seesBelow(officer, id)).toBe(true);
  const admin = member(["admin", "city"]);
  expect(seesBelow(admin, "below")).toBe(true);
  expect(followsUp(admin, "city") || officiates(admin, "city")).toBe(false);
});

test("what he holds below gives him nothing above, and what he holds above holds below", () => {
  const below = member(["committee_member", "city"], ["officer", "d"]);
  expect(officiates(below, "city")).toBe(false);
  expect(seesBelow(below, "city")).toBe(false);
  expect(officiates(below, "d")).toBe(true);
  const above = member(["committee_member", "d"], ["officer", "city"]);
  expect(officiates(above, "d")).toBe(true);
  expect(officiates(member(["committee_member", "w"], ["officer", "d"]), "w")).toBe(true);
  expect(officiates(member(["committee_member", "w"], ["officer", "other"]), "w")).toBe(false);
});

test("a secretary keeps his branch's roster, his deputy looks at it", () => {
  expect(keepsRoster(member(["secretary", "b"]), "b")).toBe(true);
  expect(keepsRoster(member(["secretary", "x"]), "b")).toBe(false);
  expect(keepsRoster(member(["deputy_secretary", "b"]), "b")).toBe(false);
  expect(keepsRoster(member(["admin", "city"]), "b")).toBe(true);
});

test("who is an officer in two places issues for either, and for no other", () => {
  const two = member(["officer", "d"], ["officer", "other"]);
  expect(issuing(two, "other").id).toBe("other");
  expect(issuing(two, null).id).toBe("d");
  expect(issuing(two, "w").id).toBe("d");
});

test("who leads a branch issues its papers, and an officer who does so those of both", () => {
  const leader = member(["secretary", "b"]);
  expect(issuing(leader, null).id).toBe("b");
  expect(issuing(leader, "w").id).toBe("b");
  expect(isOwnBranch(leader, "b")).toBe(true);
  expect(isOwnBranch(leader, "w")).toBe(false);
  const both = member(["secretary", "b"], ["officer", "d"]);
  expect(issuing(both, "b").id).toBe("b");
  expect(issuing(both, null).id).toBe("d");
});
