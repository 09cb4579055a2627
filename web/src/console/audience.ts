/** Whom a paper is for, in the words of a form, and what the API is told of it. */
import type { Document, Shapes } from "../api/client";
import { number } from "../i18n/format";
import { office } from "../i18n/office";

export type Readership = "everyone" | "leaders" | "committee";
export type Organization = Pick<Shapes["Organization"], "id" | "name" | "level" | "members">;

const ROLES: Record<Readership, Document["audience"]["roles"]> = {
  everyone: [],
  leaders: ["secretary", "deputy_secretary"],
  committee: ["committee_member"],
};
export const READERSHIPS = Object.keys(ROLES) as Readership[];

/** `chosen`: those of the units below; none: the organisation itself. With each go all that are below it. */
export function audienceOf(readership: Readership, own: string, chosen: readonly string[]): Shapes["AudienceInput"] {
  const organization_ids = chosen.length > 0 ? [...chosen] : [own];
  const roles = ROLES[readership];
  return { organization_ids, subtree: true, ...(roles.length > 0 ? { roles } : {}) };
}

type Seen = Pick<Document, "classification" | "audience">;
/** More names than these nobody reads. */
const NAMES_MOST = 5;

/** The places of which something must be known to say who will see it. */
export function placesAsked({ classification, audience }: Seen): readonly string[] {
  return classification === "internal" ? audience.organization_ids : [];
}

function namesOf(places: readonly Organization[]): string {
  const names = places.slice(0, NAMES_MOST).map((each) => each.name);
  const left = places.length - names.length;
  return [...names, ...(left > 0 ? [office.publish.otherPlaces(number(left))] : [])].join(", ");
}

/** Before it is issued: who will see it, by what is known of the places. */
export function willSee({ classification, audience }: Seen, places: readonly Organization[]): string {
  const { publish } = office;
  if (classification === "public") return publish.everybody;
  const named = audience.member_ids.length > 0 ? publish.named(number(audience.member_ids.length)) : "";
  if (placesAsked({ classification, audience }).length === 0) return named;
  const isWider = audience.subtree && places.some((each) => each.level !== "branch");
  const where = isWider ? publish.below(namesOf(places)) : namesOf(places);
  const roles = audience.roles.map((role) => office.roles[role]);
  const people = places.reduce((sum, each) => sum + each.members, 0);
  const there = roles.length > 0 ? publish.rolesOf(roles, where) : publish.peopleOf(number(people), where);
  return [there, named].filter(Boolean).join("; ");
}

/** What is to be reached, a line each. */
export function targetsIn(text: string): { text: string }[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).map((text) => ({ text }));
}
