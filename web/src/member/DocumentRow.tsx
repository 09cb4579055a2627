import type { Document } from "../api/client";
import { date } from "../i18n/format";
import { vi } from "../i18n/vi";
import { Row } from "../ui/Row";
import { Status } from "../ui/Status";

export function DocumentRow({ document }: { document: Document }) {
  return (
    <Row href={`/app/van-ban/${document.id}`} title={document.title}>
      <span>
        {vi.papers.kinds[document.kind]}
        {document.number && ` ${document.number}`}
        {document.issued_on && ` · ${vi.papers.issued(date(document.issued_on))}`}
      </span>
      {document.state === "withdrawn" && <Status kind="late">{vi.papers.withdrawn}</Status>}
      {document.state === "replaced" && <Status kind="waiting">{vi.papers.replaced}</Status>}
    </Row>
  );
}
