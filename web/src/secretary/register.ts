/** What is being changed of a meeting's draft, as it may lie on a phone: of its papers the ids alone. A topic's papers
 * do not say which of them are restricted, and the title of such a one stays nowhere. */
import type { Shapes } from "../api/client";

type Item = Shapes["MeetingDraft"]["agenda"][number];
export type Topic = Omit<Item, "documents"> & { documents: { id: string }[] };

/** Begun from the draft, and kept as it was left. */
export interface Content {
  startsAt: string;
  place: string;
  agenda: Topic[];
}

export function topicsOf(agenda: readonly Item[]): Topic[] {
  return agenda.map((item) => ({ ...item, documents: item.documents.map(({ id }) => ({ id })) }));
}

/** As the server says them now. */
export function titlesOf(agenda: readonly Item[]): ReadonlyMap<string, string> {
  return new Map(agenda.flatMap((item) => item.documents.map(({ id, title }) => [id, title] as const)));
}
