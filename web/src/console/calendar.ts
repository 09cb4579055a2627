/** Which meetings a calendar shows: what its address says, and what that asks of the API. */
import type { Meeting, Shapes } from "../api/client";
import { day, monthOf, toField } from "../i18n/format";
import { dayIn, idOf } from "../ui/address";

export type Kind = Meeting["kind"];
export type State = Meeting["state"];
export const KINDS: readonly Kind[] = ["regular", "thematic", "extraordinary", "executive"];
/** A draft is nobody's but its secretary's. */
export const STATES: readonly State[] = ["scheduled", "held", "cancelled"];

export interface Wanted {
  organization: string;
  from: string;
  to: string;
  kind: Kind | "";
  state: State | "";
}

/** The last day of "2026-12". */
function lastDayOf(month: string): string {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year!, number!, 0)).toISOString().slice(0, 10);
}

/** Without days: from today to the end of the next month. */
export function wantedOf(query: Record<string, string>, own: string, now: number): Wanted {
  return {
    organization: idOf(query.noi) ?? own,
    from: dayIn(query.tu) ?? toField(new Date(now).toISOString()).slice(0, 10),
    to: dayIn(query.den) ?? lastDayOf(monthOf(now, 1)),
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
