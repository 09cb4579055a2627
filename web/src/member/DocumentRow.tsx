import type { Document } from "../api/client";
import { date } from "../i18n/format";
import { vi } from "../i18n/vi";
import { Row } from "../ui/Row";
import { Status } from "../ui/Status";

/** That it is in force no longer. */
export function DocumentState({ state }: { state: Document["state"] | null }) {
  if (state === "withdrawn") return <Status kind="late">{vi.papers.withdrawn}</Status>;
  return state === "replaced" ? <Status kind="waiting">{vi.papers.replaced}</Status> : null;
}

export function DocumentRow({ document }: { document: Document }) {
  return (
    <Row href={`/app/van-ban/${document.id}`} title={document.title}>
      <span>
        {vi.papers.kinds[document.kind]}
        {document.number && ` ${document.number}`}
        {document.issued_on && ` · ${vi.papers.issued(date(document.issued_on))}`}
      </span>
      <DocumentState state={document.state} />
    </Row>
  );
}
