import { useEffect, useMemo } from "preact/hooks";
import type { Document as DocumentShape, Shapes } from "../api/client";
import { bytes, date, measured } from "../i18n/format";
import { vi } from "../i18n/vi";
import { note, tellActivity } from "../sync/activity";
import { dropCopies } from "../sync/copies";
import { askMe, me } from "../sync/session";
import { usePathId } from "../ui/address";
import { Button } from "../ui/Button";
import { Row, Rows } from "../ui/Row";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { saveFile } from "../ui/saveFile";
import { NOT_KEPT, useCopy } from "../ui/useCopy";
import { useList } from "../ui/useList";
import { VisibleTo } from "../ui/VisibleTo";
import { newKey } from "../sync/lock";
import { clausesOf, clausesOfPassages } from "./clauses";
import { Listen } from "./Listen";
import { useMark } from "./useMark";

export default function Document() {
  const id = usePathId();
  const paper = useCopy<DocumentShape>(`/v1/documents/${id}`);
  const data = paper.data;
  const { mark, retry } = useMark(id);
  const isText = data?.media_type.startsWith("text/plain") && data.state !== "withdrawn";
  const source = data?.classification === "restricted" ? NOT_KEPT : undefined;
  const text = useCopy<string>(isText ? `/v1/documents/${id}/content` : null, source, "text");
  const isDivided = data && !isText && data.extraction === "done" && data.state !== "withdrawn";
  const passages = useList<Shapes["Passage"]>(isDivided ? `/v1/documents/${id}/passages?limit=500` : null, source);
  const clauses = useMemo(
    () => (text.data !== null ? clausesOf(text.data) : clausesOfPassages(passages.items)),
    [text.data, passages.data, passages.items.length],
  );
  useAnchor(clauses.length > 0);
  useEffect(() => {
    if (data && me.value) void note(me.value.member_id, "opened", "document", id);
  }, [data?.id]);
  const mayStay = data?.state !== "withdrawn" && data?.classification !== "restricted";
  useEffect(() => {
    // What was open when it was read, and is no more, does not stay here.
    if (!mayStay && me.value) void dropCopies(me.value.member_id, `/v1/documents/${id}`).catch(() => undefined);
  }, [mayStay, id]);

  const mustAcknowledge = !!data?.requires_acknowledgement;
  const wasRead = mustAcknowledge ? mark?.acknowledged_at : mark?.read_at;
  async function read() {
    const member = me.value?.member_id;
    if (!member) return;
    await note(member, "read", "document", id);
    await tellActivity(member);
    if (mustAcknowledge) await askMe("PUT", `/v1/documents/${id}/acknowledgement`, { body: {}, key: newKey() });
    retry();
  }
  const primary = data && data.state !== "withdrawn" && !wasRead && (
    <Button kind="primary" onPress={read}>
      {vi.papers.read}
    </Button>
  );
  return (
    <Screen
      title={data ? vi.papers.kinds[data.kind] : vi.papers.title}
      of={paper}
      back="/app/van-ban"
      primary={primary}
    >
      {data && (
        <>
          <Head paper={data} />
          {wasRead ? (
            <Status kind="done">{vi.papers.wasRead}</Status>
          ) : (
            mustAcknowledge && <Status kind="waiting">{vi.papers.mustAcknowledge}</Status>
          )}
          {data.figures.length > 0 && <Figures paper={data} />}
          {clauses.some((clause) => clause.title) && (
            <details>
              <summary>{vi.papers.clauses}</summary>
              <Rows>
                {clauses
                  .filter((clause) => clause.title)
                  .map((clause) => (
                    <Row key={clause.id} href={`#${clause.id}`} title={clause.title} />
                  ))}
              </Rows>
            </details>
          )}
          {isText && text.data === null && <State of={text} />}
          {isDivided && passages.data === null && <State of={passages} />}
          {clauses.length > 0 && <Listen id={id} clauses={clauses} />}
          {passages.hasMore && <Button onPress={passages.more}>{vi.more}</Button>}
          {!isText && data.state !== "withdrawn" && <Original paper={data} />}
          <VisibleTo to={data.visible_to} />
        </>
      )}
    </Screen>
  );
}

/** "#dieu-4.khoan-2": a clause that the page does not have by itself is found with the article that it belongs to. */
function useAnchor(isThere: boolean): void {
  useEffect(() => {
    if (!isThere) return;
    for (let address = location.hash.slice(1); address; address = address.replace(/\.?[^.]*$/, "")) {
      const place = document.getElementById(address);
      if (place) return place.scrollIntoView();
    }
  }, [isThere]);
}

function Head({ paper }: { paper: DocumentShape }) {
  return (
    <section class="card">
      <h2>{paper.title}</h2>
      {paper.number && <p class="strong">{paper.number}</p>}
      <p>{paper.organization.name}</p>
      {paper.issued_on && <p>{vi.papers.issued(date(paper.issued_on))}</p>}
      {paper.classification === "restricted" && <Status kind="late">{vi.papers.restricted}</Status>}
      {paper.state === "withdrawn" && (
        <Status kind="late">
          {vi.papers.withdrawn} {paper.withdrawn_reason}
        </Status>
      )}
      {paper.state === "replaced" && (
        <Status kind="waiting">
          {vi.papers.replaced}{" "}
          {paper.replaced_by && <a href={`/app/van-ban/${paper.replaced_by}`}>{vi.papers.openNew}</a>}
        </Status>
      )}
    </section>
  );
}

function Figures({ paper }: { paper: DocumentShape }) {
  return (
    <section class="stack">
      <h2>{vi.papers.figures}</h2>
      <Rows>
        {paper.figures.map((figure) => (
          <Row key={figure.label + figure.period} title={<span>{figure.label}</span>}>
            <span class="large strong">{measured(figure.value, figure.unit)}</span>
            <span class="hint">{figure.period}</span>
          </Row>
        ))}
      </Rows>
    </section>
  );
}

/** A file opens in the phone's own reader: the page itself shows nothing that somebody else wrote as a page. */
function Original({ paper }: { paper: DocumentShape }) {
  async function fetchFile() {
    const path = `/v1/documents/${paper.id}/content`;
    const answer = await askMe<Blob>("GET", path, { as: "file", timeoutMs: 300_000 });
    saveFile(answer.body, paper.title);
  }
  return (
    <div class="stack">
      {paper.extraction !== "done" && <p>{vi.papers.noText}</p>}
      <Button onPress={fetchFile}>{vi.papers.original(bytes(paper.bytes))}</Button>
    </div>
  );
}
