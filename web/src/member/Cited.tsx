import type { Document, Shapes } from "../api/client";
import { paper } from "../i18n/paper";
import { vi } from "../i18n/vi";
import { Copy } from "../ui/Copy";
import { Status } from "../ui/Status";
import { type Keeping, useCopy } from "../ui/useCopy";

type Passage = Shapes["Passage"];

/** A clause with its place, to be put into what somebody writes: words, and the address that stays. */
export function Cited({ passage }: { passage: Passage }) {
  const words = paper.cited(passage.citation, passage.page);
  return (
    <div class="card">
      <p class="strong">{words}</p>
      <Copy text={words} label={paper.copy} />
      <Copy text={new URL(passage.url, location.href).href} label={paper.copyAddress} kind="quiet" />
    </div>
  );
}

/** What takes a clause's place, as far as the reader may know of it. */
export function Successor({ by, source }: { by: Shapes["Passage_Replaced"]; source?: Keeping }) {
  const path = `/v1/documents/${by.document_id}`;
  const clause = useCopy<Passage>(by.address ? `${path}/clauses/${by.address}` : null, source);
  const document = useCopy<Document>(by.address ? null : path, source);
  const name = clause.data
    ? paper.inPaper(clause.data.label, nameOf(clause.data.document))
    : document.data && nameOf(document.data);
  if (!name) return <Status kind="waiting">{paper.clauseReplaced}</Status>;
  return (
    <Status kind="waiting">
      {paper.clauseReplacedBy}{" "}
      <a href={`/app/van-ban/${by.document_id}${by.address ? `#${by.address}` : ""}`}>{name}</a>
    </Status>
  );
}

function nameOf({ kind, number, title }: Pick<Document, "kind" | "number" | "title">): string {
  return paper.named(vi.papers.kinds[kind], number, title);
}
