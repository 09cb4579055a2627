/** Rules of an organisation: what it says itself, and what it takes from above. */
import type { Shapes } from "../api/client";

export type Rules = Shapes["Rules"];
export const NUMBERS = ["registration_day", "agenda_limit_minutes", "resolution_due_days", "retention_days"] as const;
const TEXTS = ["quiet_from", "quiet_to", "review", "term_started_on"] as const;
export type Field = (typeof NUMBERS)[number] | (typeof TEXTS)[number];
/** As they stand in fields; empty: as above. */
export type Typed = Record<Field, string>;

/** What is said here: all in which it differs from above. Of the city nothing is above but what holds by itself, which
 * nobody tells apart. */
export function typedOf(rules: Rules, above: Rules | null): Typed {
  const own = (field: Field) => {
    const value = rules[field];
    const isOwn = rules.inherited_from === null && rules.version > 0 && (!above || above[field] !== value);
    return isOwn && value !== null ? String(value) : "";
  };
  return Object.fromEntries([...NUMBERS, ...TEXTS].map((field) => [field, own(field)])) as Typed;
}

function sameReminders(a: Rules["reminders"], b: Rules["reminders"]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A new version of the rules: what is left out is taken from above. Reminders of its own stay what they are. */
export function bodyOf(typed: Typed, effectiveOn: string, rules: Rules, above: Rules | null): Shapes["PutRulesInput"] {
  const texts = TEXTS.filter((field) => typed[field] !== "").map((field) => [field, typed[field]]);
  const numbers = NUMBERS.filter((field) => typed[field] !== "").map((field) => [field, Number(typed[field])]);
  const hasReminders =
    rules.inherited_from === null && rules.version > 0 && !(above && sameReminders(rules.reminders, above.reminders));
  return {
    ...Object.fromEntries([...numbers, ...texts]),
    ...(hasReminders ? { reminders: rules.reminders } : {}),
    ...(effectiveOn ? { effective_on: effectiveOn } : {}),
  };
}

/** An hour without the other says nothing. */
export function isHalfQuiet(typed: Typed): boolean {
  return (typed.quiet_from === "") !== (typed.quiet_to === "");
}
