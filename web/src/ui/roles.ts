import type { Member } from "../api/client";

type Roles = Member["roles"][number]["role"];

function holds(member: Member | undefined, ...roles: Roles[]): boolean {
  return !!member?.roles.some((held) => roles.includes(held.role));
}

/** Secretary or deputy: has a branch's month. */
export function leads(member: Member | undefined): boolean {
  return holds(member, "secretary", "deputy_secretary");
}

/** Of which branch; his own, unless he leads another. */
export function ledBranch(member: Member): { id: string; name: string } {
  const held = member.roles.find((each) => each.role === "secretary" || each.role === "deputy_secretary");
  return held?.organization ?? member.branch;
}

/** Of which organisation he looks after the branches. */
export function overseen(member: Member): { id: string; name: string } {
  const held = member.roles.find((each) => ["officer", "admin", "committee_member"].includes(each.role));
  return held?.organization ?? member.branch;
}

/** Sees how far the branches below are, and reminds them; who administers alone sees figures only. */
export function followsUp(member: Member | undefined): boolean {
  return holds(member, "committee_member", "officer");
}

/** Issues papers of an organisation, and sets the rules of all below it. */
export function officiates(member: Member | undefined): boolean {
  return holds(member, "officer");
}

/** Looks after the roster. */
export function administers(member: Member | undefined): boolean {
  return holds(member, "admin");
}

/** Has branches below to look after. */
export function oversees(member: Member | undefined): boolean {
  return holds(member, "committee_member", "officer", "admin");
}
