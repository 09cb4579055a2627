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

/** Before it is issued: who will see it, by what is known of the places. */
export function willSee(audience: Document["audience"], places: readonly Organization[]): string {
  const names = places.map((each) => each.name).join(", ");
  const isWider = audience.subtree && places.some((each) => each.level !== "branch");
  const where = isWider ? office.publish.below(names) : names;
  if (audience.roles.length > 0)
    return office.publish.rolesOf(
      audience.roles.map((role) => office.roles[role]),
      where,
    );
  const people = places.reduce((sum, each) => sum + each.members, 0);
  return office.publish.peopleOf(number(people), where);
}
