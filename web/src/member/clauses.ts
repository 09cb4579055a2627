/** A text by its clauses, as far as its lines say where they begin. */
import type { Shapes } from "../api/client";
import { fold } from "../i18n/sort";
import { vi } from "../i18n/vi";

export interface Clause {
  /** "dieu-4"; "": what stands before the first. */
  id: string;
  title: string;
  text: string;
}

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

/** What the server read out of a file: an article begins with its name, and its clauses stand below it. */
export function clausesOfPassages(passages: readonly Shapes["Passage"][]): Clause[] {
  return passages.map(({ address, label, text }) => {
    const isArticle = !address.includes(".") && text.startsWith(label);
    if (!isArticle) return { id: address, title: "", text };
    return { id: address, title: label, text: text.slice(label.length).replace(/^[.:]?\s*/, "") };
  });
}
