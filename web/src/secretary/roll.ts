/** The roll as it is taken: all who are expected are present until something else is said; the exempt are asked
 * nothing. */
import { byName, matches } from "../i18n/sort";
import type { Attending } from "./api";

export type RollState = "present" | "excused" | "unexcused" | "exempt";
export interface Entry {
  id: string;
  name: string;
  isExempt: boolean;
  state: RollState;
  /** What the server has of him: whoever it has marked is left alone by what is said of all others. */
  was: RollState | null;
  reason: string | null;
}

/** A tap goes round. Of the exempt: does not come, or comes all the same. */
const NEXT: Record<RollState, RollState> = {
  present: "excused",
  excused: "unexcused",
  unexcused: "present",
  exempt: "present",
};

export function next(entry: Entry): Entry {
  if (entry.isExempt) return { ...entry, state: entry.state === "present" ? "exempt" : "present" };
  return { ...entry, state: NEXT[entry.state], reason: null };
}

/** What stands there of whom nothing is said: the exempt are asked nothing, all others were present. */
function usual(isExempt: boolean): RollState {
  return isExempt ? "exempt" : "present";
}

/** An absence is said of those who are expected only, "exempt" of the exempt only. */
function fits(state: RollState, isExempt: boolean): boolean {
  return state === "present" || (state === "exempt") === isExempt;
}

/** What can be said of somebody. */
export function waysOf({ isExempt }: Entry): RollState[] {
  return isExempt ? ["exempt", "present"] : ["present", "excused", "unexcused"];
}

/** What is known already, and "present" for those of whom nothing is: a secretary says who was missing. */
export function entriesOf(items: readonly Attending[], exempt: ReadonlySet<string>): Entry[] {
  const entries = items.map((item): Entry => {
    const isExempt = exempt.has(item.member.id);
    const { id, full_name: name } = item.member;
    const state = item.state !== null && fits(item.state, isExempt) ? item.state : usual(isExempt);
    return { id, name, isExempt, state, was: item.state, reason: item.reason };
  });
  return byName(entries, (entry) => entry.name);
}

/** What has been tapped, by member: it stands, whatever is heard of the others meanwhile. */
export type Tapped = Readonly<Record<string, RollState>>;

export function withTapped(entries: readonly Entry[], tapped: Tapped): Entry[] {
  return entries.map((entry) => {
    const state = tapped[entry.id];
    if (state === undefined || state === entry.state || !fits(state, entry.isExempt)) return entry;
    return { ...entry, state, reason: null };
  });
}

export interface Count {
  present: number;
  base: number;
  exemptPresent: number;
}

/** Those who are exempt never push a branch past its base. */
export function countOf(entries: readonly Entry[]): Count {
  const count = { present: 0, base: 0, exemptPresent: 0 };
  for (const entry of entries) {
    if (!entry.isExempt) count.base++;
    if (entry.state === "present") entry.isExempt ? count.exemptPresent++ : count.present++;
  }
  return count;
}

export function shownOf(entries: readonly Entry[], typed: string): Entry[] {
  return entries.filter((entry) => matches(entry.name, typed));
}

function isNamed({ state, was, isExempt }: Entry): boolean {
  return state !== usual(isExempt) || (was !== null && was !== state);
}

/** One request: who was not present, who is exempt and was, and of whom the server has something else; all others were
 * present. */
export function bodyOf(entries: readonly Entry[]) {
  const said = entries.filter(isNamed);
  return {
    entries: said.map(({ id, state, reason }) => ({ member_id: id, state, ...(reason ? { reason } : {}) })),
    others: "present" as const,
  };
}
