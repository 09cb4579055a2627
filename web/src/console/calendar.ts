/** Which meetings a calendar shows: what its address says, and what that asks of the API. */
import type { Meeting, Shapes } from "../api/client";
import { day, DAY_MS, toField } from "../i18n/format";
import { dayIn, idOf } from "../ui/address";

export type Kind = Meeting["kind"];
export type State = Meeting["state"];
export const KINDS: readonly Kind[] = ["regular", "thematic", "extraordinary", "executive"];
/** A draft is nobody's but its secretary's. */
export const STATES: readonly State[] = ["scheduled", "held", "cancelled"];

export const WEEK = 7;

export interface Wanted {
  organization: string;
  from: string;
  to: string;
  kind: Kind | "";
  state: State | "";
}

/** "2026-12-04": that day, or so many days after it. */
function shifted(day: string, by: number): string {
  return new Date(Date.parse(day) + by * DAY_MS).toISOString().slice(0, 10);
}

/** From today on, so many days: one, or a week. */
export function daysFrom(now: number, days: number): Pick<Wanted, "from" | "to"> {
  const from = toField(new Date(now).toISOString()).slice(0, 10);
  return { from, to: shifted(from, days - 1) };
}

/** Without days it is the week that begins today: the latest stand first, and a city has thousands in a week. */
export function wantedOf(query: Record<string, string>, own: string, now: number): Wanted {
  const from = dayIn(query.tu) ?? daysFrom(now, WEEK).from;
  return {
    organization: idOf(query.noi) ?? own,
    from,
    to: dayIn(query.den) ?? shifted(from, WEEK - 1),
    kind: KINDS.find((each) => each === query.loai) ?? "",
    state: STATES.find((each) => each === query.muc) ?? "",
  };
}

function asked(fields: Record<string, string>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}

export function addressOf({ organization, from, to, kind, state }: Wanted): string {
  return `/app/quan-ly/lich?${asked({ noi: organization, tu: from, den: to, loai: kind, muc: state })}`;
}

export function pathOf({ organization, from, to, kind, state }: Wanted): string {
  return `/v1/organizations/${organization}/meetings?${asked({ from, to, kind, state, limit: "100" })}`;
}

/** A file is of whole months. */
export function filterOf({ from, to, kind, state }: Wanted): NonNullable<Shapes["ExportTableInput"]["filter"]> {
  return {
    from: from.slice(0, 7),
    to: to.slice(0, 7),
    ...(kind ? { kind } : {}),
    ...(state && state !== "draft" ? { state } : {}),
  };
}

/** Meetings of a list that is in the order of its hours, day by day. */
export function byDay(meetings: readonly Meeting[]): { day: string; meetings: Meeting[] }[] {
  const days: { day: string; meetings: Meeting[] }[] = [];
  for (const meeting of meetings) {
    const last = days.at(-1);
    const its = day(meeting.starts_at);
    if (last?.day === its) last.meetings.push(meeting);
    else days.push({ day: its, meetings: [meeting] });
  }
  return days;
}
