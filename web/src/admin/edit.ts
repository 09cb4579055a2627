/** What of an organisation is edited, as it stands in fields. */
import type { Shapes } from "../api/client";
import { changedOf } from "../ui/typed";
import type { Organization } from "./place";

type Body = Shapes["EditOrganizationInput"];
export interface Edited {
  name: string;
  day: string;
  time: string;
  where: string;
}

export function editedOf({ name, meeting_day, meeting_time, meeting_place }: Organization): Edited {
  return {
    name,
    day: meeting_day === null ? "" : String(meeting_day),
    time: meeting_time?.slice(0, 5) ?? "",
    where: meeting_place ?? "",
  };
}

/** What was touched alone is said: what others changed meanwhile stays theirs. */
export function bodyOf(typed: Partial<Edited>, organization: Organization): Body {
  const { name, day, time, where } = changedOf(typed, editedOf(organization));
  return {
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(day === undefined ? {} : { meeting_day: day ? Number.parseInt(day, 10) : null }),
    ...(time === undefined ? {} : { meeting_time: time || null }),
    ...(where === undefined ? {} : { meeting_place: where.trim() || null }),
  };
}
