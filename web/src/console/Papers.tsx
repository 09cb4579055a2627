import { useLocation } from "preact-iso";
import type { Document } from "../api/client";
import { date, moment } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { idOf } from "../ui/address";
import { Button, ButtonLink } from "../ui/Button";
import { isOwnBranch, issuing } from "../ui/roles";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useList } from "../ui/useList";

/** What an organisation has issued, and what it is about to. */
export default function Papers() {
  const { query } = useLocation();
  const own = me.value ? issuing(me.value.member, idOf(query.noi)).id : "";
  const list = useList<Document>(`/v1/documents?organization_id=${own}&limit=50`);
  return (
    <Screen
      title={office.publish.title}
      of={list}
      back={isOwnBranch(me.value?.member, own) ? "/app/chi-bo" : `/app/quan-ly?noi=${own}`}
      primary={
        <ButtonLink kind="primary" href={`/app/quan-ly/van-ban/moi?noi=${own}`}>
          {office.publish.write}
        </ButtonLink>
      }
    >
      {list.data && list.items.length === 0 && <p>{office.publish.none}</p>}
      <Rows>
        {list.items.map((document) => (
          <Row key={document.id} href={`/app/quan-ly/van-ban/${document.id}`} title={document.title}>
            <span>
              {vi.papers.kinds[document.kind]}
              {document.number && ` ${document.number}`}
              {document.issued_on && ` · ${vi.papers.issued(date(document.issued_on))}`}
            </span>
            <PaperState document={document} />
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </Screen>
  );
}

export function PaperState({ document }: { document: Document }) {
  const { state, publish_at, published_at } = document;
  if (state === "draft")
    return (
      <Status kind="waiting">{publish_at ? office.publish.scheduled(moment(publish_at)) : office.publish.draft}</Status>
    );
  if (state === "withdrawn") return <Status kind="late">{vi.papers.withdrawn}</Status>;
  if (state === "replaced") return <Status kind="waiting">{vi.papers.replaced}</Status>;
  return published_at ? <Status kind="done">{office.publish.published(moment(published_at))}</Status> : null;
}
