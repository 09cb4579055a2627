import type { Member } from "../api/client";
import { isAbove } from "./levels";

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

/** Changes what a branch knows of its members, prints their letters and takes over who comes: its secretary, not his
 * deputy, and who administers. */
export function keepsRoster(member: Member | undefined, branch: string): boolean {
  return !!member?.roles.some(
    (held) => held.role === "admin" || (held.role === "secretary" && held.organization.id === branch),
  );
}

const OVERSEEING = ["officer", "admin", "committee_member"] as const satisfies readonly Roles[];
type Overseeing = (typeof OVERSEEING)[number];
export interface Place {
  id: string;
  name: string;
}

/** The organisations whose branches he looks after, each once. */
export function placesOf(member: Member): Place[] {
  const found = new Map<string, Place>();
  for (const role of OVERSEEING)
    for (const held of member.roles) if (held.role === role) found.set(held.organization.id, held.organization);
  return [...found.values()];
}

/** Where he does what takes a role: the organisation in which he holds the first of these that he has. */
export function overseen(member: Member, ...roles: Overseeing[]): Place {
  const asked: readonly Roles[] = roles.length > 0 ? roles : OVERSEEING;
  const held = asked.map((role) => member.roles.find((each) => each.role === role)).find(Boolean);
  return held?.organization ?? member.branch;
}

const ISSUING: readonly Roles[] = ["officer", "secretary", "deputy_secretary"];

/** For which organisation he issues papers: the one asked for, if he is its officer or leads it. */
export function issuing(member: Member, asked: string | null): Place {
  const held = member.roles.find((each) => ISSUING.includes(each.role) && each.organization.id === asked);
  if (held) return held.organization;
  return holds(member, "officer") || !leads(member) ? overseen(member, "officer") : ledBranch(member);
}

/** It is a branch that he leads: nothing is below it, and its screens are his branch's. */
export function isOwnBranch(member: Member | undefined, place: string): boolean {
  return !!member && leads(member) && ledBranch(member).id === place && !officiates(member, place);
}

/** As far as his own path says; the city is above all. */
function isOneAbove(member: Member, one: string, other: string): boolean {
  const levelOf = (id: string) => member.organizations.find((each) => each.id === id)?.level;
  const [level, below] = [levelOf(one), levelOf(other)];
  return level === "city" || (!!level && !!below && isAbove(level, below));
}

/** Whether what he holds holds there too. A committee member's right is of his own committee; the others' are of all
 * below: of a place that is no other of his own the server knows, and that it is below one that it is. */
function reaches(member: Member, held: Member["roles"][number], place: string): boolean {
  if (held.organization.id === place) return true;
  if (held.role === "committee_member") return false;
  const isAnotherOfHis = placesOf(member).some((each) => each.id === place);
  return !isAnotherOfHis || isOneAbove(member, held.organization.id, place);
}

function may(member: Member | undefined, place: string, ...roles: Overseeing[]): boolean {
  const asked: readonly Roles[] = roles;
  return !!member?.roles.some((held) => asked.includes(held.role) && reaches(member, held, place));
}

/** Sees there how far the branches are; who administers alone sees figures only. */
export function followsUp(member: Member | undefined, place: string): boolean {
  return may(member, place, "committee_member", "officer");
}

/** Issues papers there, reminds branches, takes lists home, and sets the rules of all below it. */
export function officiates(member: Member | undefined, place: string): boolean {
  return may(member, place, "officer");
}

/** Sees those below it one by one. */
export function seesBelow(member: Member | undefined, place: string): boolean {
  return may(member, place, "officer", "admin");
}

/** Issues papers of some organisation. */
export function isOfficer(member: Member | undefined): boolean {
  return holds(member, "officer");
}

/** Looks after the roster. */
export function administers(member: Member | undefined): boolean {
  return holds(member, "admin");
}

/** Has branches below to look after. */
export function oversees(member: Member | undefined): boolean {
  return holds(member, ...OVERSEEING);
}
