/** A text by its clauses, as far as its lines say where they begin. */
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
