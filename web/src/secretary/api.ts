/** Of which branch a secretary works here, and what its months are. */
import type { Meeting, Shapes } from "../api/client";
import { monthOf } from "../i18n/format";
import { me } from "../sync/session";
import { ledBranch } from "../ui/roles";
import { type Loaded, useCopy } from "../ui/useCopy";

export type Attending = Shapes["AttendanceItem"];

/** The branch that is led here. */
export function useBranch(): { id: string; name: string } {
  const member = me.value?.member;
  return member ? ledBranch(member) : { id: "", name: "" };
}

/** Regular meetings of a month, the one before and the one after it. */
export function useMonths(branch: string, now = Date.now()): Loaded<Shapes["MeetingList"]> & { months: string[] } {
  const months = [-1, 0, 1].map((by) => monthOf(now, by));
  const path = `/v1/organizations/${branch}/meetings?kind=regular&limit=20`;
  return { ...useCopy<Shapes["MeetingList"]>(path), months };
}

export function ofMonth(list: readonly Meeting[], month: string, branch: string): Meeting | undefined {
  return list.find(
    (meeting) => meeting.month === month && meeting.state !== "cancelled" && meeting.organization.id === branch,
  );
}
