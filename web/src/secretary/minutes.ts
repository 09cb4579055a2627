/** Minutes as they are written here, and as the server has them: which is newer, and whether they say the same. */
import type { Shapes } from "../api/client";

export type Outcome = "done" | "carried_over";
export interface Conclusion {
  text: string;
  outcome: Outcome;
}
export interface Content {
  text: string;
  /** By topic. */
  conclusions: Record<string, Conclusion>;
}
export interface Draft extends Content {
  /** The server's version that it was begun from, 0: there was none; null: nobody could be asked. */
  base: number | null;
}
/** What the server has; version 0: nothing. */
export interface Served {
  version: number;
  content: Content;
  guests: Shapes["Guest"][];
  document_id: string | null;
  /** Whatever is sent now is read by all at once. */
  isPublished: boolean;
}

export const NO_CONCLUSION: Conclusion = { text: "", outcome: "done" };
export const EMPTY: Draft = { text: "", conclusions: {}, base: null };
export const NONE_SERVED: Served = { version: 0, content: EMPTY, guests: [], document_id: null, isPublished: false };

export function servedOf(kept: Shapes["MeetingMinutes"]): Served {
  const { version, text, guests, document_id, published_at } = kept;
  const content: Content = { text, conclusions: {} };
  for (const each of kept.conclusions)
    content.conclusions[each.agenda_item_id] = { text: each.text, outcome: each.outcome ?? "done" };
  return { version, content, guests, document_id, isPublished: published_at !== null };
}

/** What is said of topics, in their order; a topic of which nothing is said is left out. That it is left to the next
 * month is said without a word too. */
function said({ conclusions }: Content, topics: readonly string[], isKnown: (topic: string) => boolean = () => false) {
  return topics
    .map((id) => ({ agenda_item_id: id, ...(conclusions[id] ?? NO_CONCLUSION) }))
    .map((each) => ({ ...each, text: each.text.trim() }))
    .filter((each) => each.text || each.outcome !== NO_CONCLUSION.outcome || isKnown(each.agenda_item_id));
}

export function saysTheSame(a: Content, b: Content): boolean {
  const topics = [...new Set([...Object.keys(a.conclusions), ...Object.keys(b.conclusions)])].sort();
  const whole = (each: Content) => JSON.stringify([each.text.trim(), said(each, topics)]);
  return whole(a) === whole(b);
}

/** Somebody wrote at the server since this was begun: then he is asked which is to stand. */
export function disagrees(draft: Draft, served: Served): boolean {
  return served.version > 0 && draft.base !== served.version && !saysTheSame(draft, served.content);
}

/** Whether it goes to the server by itself while it is being written: where it says something new, stands in nobody's
 * way, and is read by nobody yet. */
export function isToKeep(draft: Draft, served: Served): boolean {
  return !served.isPublished && !disagrees(draft, served) && !saysTheSame(draft, served.content);
}

/** Who came as a guest, and the paper, are not edited here: they stay as they are. A topic that was settled at the
 * server stays settled, with whatever is said of it now. */
export function bodyOf(content: Content, served: Served, topics: readonly string[], publish: boolean) {
  const { guests, document_id } = served;
  const conclusions = said(content, topics, (id) => id in served.content.conclusions);
  const body = { text: content.text.trim(), conclusions, guests, publish };
  return document_id ? { ...body, document_id } : body;
}
