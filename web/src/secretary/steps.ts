/** The five steps of a branch's month: which are done, and which is next. */
import type { Meeting } from "../api/client";

export type StepName = "register" | "read" | "roll" | "minutes" | "resolution";
export interface Step {
  name: StepName;
  state: "done" | "next" | "later" | "late";
}

const NAMES: StepName[] = ["register", "read", "roll", "minutes", "resolution"];

function hasRoll(meeting: Meeting): boolean {
  const roll = meeting.attendance;
  return !!roll && roll.present + roll.excused + roll.unexcused > 0;
}

function isDone(name: StepName, meeting: Meeting | undefined, now: number): boolean {
  if (!meeting || meeting.state === "draft") return false;
  if (name === "register") return true;
  // Whoever has not read by the hour of the meeting need not be called any more.
  if (name === "read") return Date.parse(meeting.starts_at) <= now;
  if (name === "roll") return meeting.state === "held" && hasRoll(meeting);
  if (name === "minutes") return !!meeting.minutes?.published_at;
  return !!meeting.resolution?.published_at;
}

function isLate(name: StepName, meeting: Meeting | undefined): boolean {
  return name === "resolution" && !!meeting?.resolution?.overdue;
}

export function stepsOf(meeting: Meeting | undefined, now: number): Step[] {
  let isNext = true;
  return NAMES.map((name) => {
    if (isDone(name, meeting, now)) return { name, state: "done" };
    const state = isNext ? (isLate(name, meeting) ? "late" : "next") : "later";
    isNext = false;
    return { name, state };
  });
}

/** Of the month before, what was begun is still to be brought to its end; what was never begun is too late. */
export function isUnfinished(steps: readonly Step[]): boolean {
  return steps[0]?.state === "done" && steps.some((step) => step.state !== "done");
}

/** Until this day of a month a meeting of it may still be registered; later the next month's comes first. */
const LAST_DAY = 20;

/** The step that is due, the next month's last: what was begun is brought to its end before the next one. */
export function dueStep(months: readonly Step[][], today: number): { month: number; step: Step } | null {
  for (const [month, steps] of months.entries()) {
    const step = steps.find((each) => each.state === "next" || each.state === "late");
    const isTooLate = month < months.length - 1 && step?.name === "register" && today > LAST_DAY;
    if (step && !isTooLate) return { month, step };
  }
  return null;
}
