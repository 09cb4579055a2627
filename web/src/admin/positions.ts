/** Positions: who holds which, and which there are at a level. */
import type { Shapes } from "../api/client";
import type { Level } from "./place";

export type Role = Exclude<Shapes["PutPositionInput"]["role"], "member">;

export interface Held {
  id: string;
  name: string;
  role: Role;
}

/** A branch is led; above it there are committees and those who work for them. */
export function rolesAt(level: Level): Role[] {
  return level === "branch" ? ["secretary", "deputy_secretary"] : ["committee_member", "officer", "admin"];
}

/** Those who hold a position in this organisation, not in another. */
export function holdersOf(members: readonly Shapes["MemberItem"][], organization: string): Held[] {
  return members.flatMap(({ id, full_name: name, roles }) =>
    roles
      .filter((held) => held.organization.id === organization && held.role !== "member")
      .map((held) => ({ id, name, role: held.role as Role })),
  );
}
