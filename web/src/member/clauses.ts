/** A text by its clauses, as far as its lines say where they begin. */
import type { Shapes } from "../api/client";
import { fold } from "../i18n/sort";
import { vi } from "../i18n/vi";

type Passage = Shapes["Passage"];

export interface Clause {
  /** "dieu-4"; "": what stands before the first. */
  id: string;
  title: string;
  text: string;
  /** What can be quoted of it. */
  passage?: Passage;
}

/** A heading is one line; what is longer is said at once, and has no heading. */
const HEADING_MOST = 120;

export function clausesOf(text: string): Clause[] {
  const clauses: Clause[] = [{ id: "", title: "", text: "" }];
  for (const line of text.normalize("NFC").split(/\r?\n/)) {
    const found = vi.papers.clause.exec(line.trim());
    if (found) clauses.push({ id: `${fold(found[1]!)}-${found[2]!.toLowerCase()}`, title: line.trim(), text: "" });
    else clauses[clauses.length - 1]!.text += `${line}\n`;
  }
  return clauses
    .map((clause) => ({ ...clause, text: clause.text.trim() }))
    .filter((clause) => clause.title || clause.text);
}

function isArticle({ address, label, text }: Passage): boolean {
  return !address.includes(".") && text.startsWith(label);
}

/** What the server read out of a file: an article begins with its name, and its clauses stand below it. */
export function clausesOfPassages(passages: readonly Passage[]): Clause[] {
  return passages.map((passage) => {
    const { address: id, label, text } = passage;
    if (!isArticle(passage)) return { id, title: "", text, passage };
    return { id, title: label, text: text.slice(label.length).replace(/^[.:]?\s*/, ""), passage };
  });
}

function wordsOf(text: string): string[] {
  return text.normalize("NFC").split(/\s+/).filter(Boolean);
}

/** The lines that say a passage, taken from the front of `left`; null: they say something else. */
function takeLines(passage: Passage, left: string[]): string[] | null {
  const said = wordsOf(passage.text);
  const taken: string[] = [];
  for (let at = 0; at < said.length;) {
    const line = left.shift();
    if (line === undefined) return null;
    const words = wordsOf(line);
    if (words.some((word, i) => word !== said[at + i])) return null;
    at += words.length;
    taken.push(line.trim());
  }
  return taken;
}

/** Passages do not say where a text's lines end; the text does. null: they do not agree, as when one is newer.
 * `hasMore`: those further on are still to be brought, and what they say stands there without. */
function withLines(passages: readonly Passage[], text: string, hasMore: boolean): Clause[] | null {
  const left = text.split(/\r?\n/).filter((line) => line.trim());
  const clauses: Clause[] = [];
  for (const passage of passages) {
    const lines = takeLines(passage, left);
    if (!lines) return null;
    const hasHeading = isArticle(passage) && lines[0]!.length <= HEADING_MOST;
    const [title, rest] = hasHeading ? [lines[0]!, lines.slice(1)] : ["", lines];
    clauses.push({ id: passage.address, title, text: rest.join("\n"), passage });
  }
  if (left.length === 0) return clauses;
  return hasMore ? [...clauses, ...clausesOf(left.join("\n"))] : null;
}

/** A text as it was written, each of its clauses with what can be quoted of it. */
export function clausesOfBoth(passages: readonly Passage[], text: string, hasMore = false): Clause[] {
  const whole = withLines(passages, text, hasMore);
  if (whole) return whole;
  const known = new Map(passages.map((passage) => [passage.address, passage]));
  return clausesOf(text).map((clause) => ({ ...clause, passage: known.get(clause.id) }));
}

/** The passages at which it is said what takes their place: what is said of an article holds for all in it. */
export function replacedHeads(passages: readonly Passage[]): ReadonlySet<string> {
  const said = new Map<string, string>();
  const heads = new Set<string>();
  for (const { address, replaced_by } of passages) {
    if (!replaced_by) continue;
    const by = JSON.stringify([replaced_by.document_id, replaced_by.address]);
    said.set(address, by);
    if (!partsAbove(address).some((above) => said.get(above) === by)) heads.add(address);
  }
  return heads;
}

/** "dieu-4.khoan-2.diem-a": "dieu-4.khoan-2", "dieu-4". */
export function partsAbove(address: string): string[] {
  const parts = address.split(".");
  return parts.slice(1).map((_, i) => parts.slice(0, parts.length - 1 - i).join("."));
}
