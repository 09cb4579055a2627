/** What takes a paper's place: another paper as a whole, or clauses of it in place of clauses. */
import type { Shapes } from "../api/client";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Said } from "../ui/words";

export interface Pair {
  address: string;
  /** "": no clause of it in particular. */
  by: string;
}
export interface Replacing {
  by: { id: string; title: string } | null;
  what: "whole" | "clauses";
  pairs: Pair[];
}
export const EMPTY: Replacing = { by: null, what: "whole", pairs: [{ address: "", by: "" }] };

export function bodyOf({ by, what, pairs }: Replacing): Shapes["ReplaceDocumentInput"] {
  if (!by) throw new Said(office.keep.noSuccessor);
  if (what === "whole") return { by_document_id: by.id };
  const chosen = pairs.filter(({ address }) => address);
  if (chosen.length === 0) throw new Said(office.keep.noClause);
  if (new Set(chosen.map(({ address }) => address)).size < chosen.length) throw new Said(office.keep.clauseTwice);
  const clauses = chosen.map(({ address, by }) => ({ address, ...(by ? { by_address: by } : {}) }));
  return { by_document_id: by.id, clauses };
}

const LETTERS_MOST = 60;

/** A clause in one line: its name and how it begins. */
export function clauseLine({ label, text }: Pick<Shapes["Passage"], "label" | "text">): string {
  const words = text.startsWith(label) ? text.slice(label.length).replace(/^[.:]?\s*/, "") : text;
  const begins =
    words.length > LETTERS_MOST ? `${words.slice(0, words.lastIndexOf(" ", LETTERS_MOST))}${vi.goesOn}` : words;
  return begins ? office.keep.clause(label, begins) : label;
}
