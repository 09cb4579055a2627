/** What a screen shows of a question's answer, and what becomes of it with each further answer. */
import { type Answer, type Problem, Refused, type Unreachable } from "../api/client";

/** "stale": the server is there, and this is from before. */
export type Phase = "loading" | "fresh" | "offline" | "stale" | "error";
export interface Shown<T> {
  data: T | null;
  /** Of when it is; null: nobody knows. */
  savedAt: number | null;
  phase: Phase;
  problem: Problem | null;
}
export interface Kept<T> {
  body: T;
  etag: string | null;
  saved_at: number;
}

export const NOTHING_SHOWN = { data: null, savedAt: null, phase: "loading" as Phase, problem: null };

const WORST: readonly Phase[] = ["error", "offline", "stale", "loading", "fresh"];

/** Of the answers that one screen is made of: the one to tell of. What is not there at all comes before what is old. */
export function worstOf<S extends Shown<unknown>>(first: S, ...others: S[]): S {
  const all = [first, ...others];
  const missing = all.filter((each) => each.data === null);
  const told = missing.length > 0 ? missing : all;
  return told.reduce((worst, each) => (WORST.indexOf(each.phase) < WORST.indexOf(worst.phase) ? each : worst));
}

/** It is asked for anew: what is on the screen stays there meanwhile. */
export function asking<T>(shown: Shown<T>, kept: Kept<T> | undefined): Shown<T> {
  if (shown.data === null && kept) return { data: kept.body, savedAt: kept.saved_at, phase: "loading", problem: null };
  return { ...shown, phase: "loading", problem: null };
}

export function afterAnswer<T>(answer: Answer<T>, kept: Kept<T> | undefined, now: number): Shown<T> {
  const isUnchanged = answer.status === 304 && kept !== undefined;
  const data = isUnchanged ? kept.body : answer.body;
  if (!answer.isStale) return { data, savedAt: now, phase: "fresh", problem: null };
  return { data, savedAt: isUnchanged ? kept.saved_at : null, phase: "stale", problem: null };
}

/** It is not his to see any more, or there is no such thing: what lies here of it goes. Only the server itself can say
 * so, not what stands between. */
export function isGone(error: unknown): boolean {
  return error instanceof Refused && [403, 404, 410].includes(error.status) && error.problem.code !== "unknown";
}

/** A server that has no time takes nothing off the screen. */
export function afterError<T>(shown: Shown<T>, error: Refused | Unreachable): Shown<T> {
  if (!(error instanceof Refused)) return { ...shown, phase: "offline", problem: null };
  if (isGone(error)) return { data: null, savedAt: null, phase: "error", problem: error.problem };
  if (shown.data !== null) return { ...shown, phase: "stale", problem: null };
  return { ...shown, phase: "error", problem: error.problem };
}
