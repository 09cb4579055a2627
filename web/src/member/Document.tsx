import { useEffect } from "preact/hooks";
import type { Document as DocumentShape, Shapes } from "../api/client";
import { bytes, date, day, measured } from "../i18n/format";
import { paper as words } from "../i18n/paper";
import { vi } from "../i18n/vi";
import { note, tellActivity } from "../sync/activity";
import { dropCopies } from "../sync/copies";
import { newKey } from "../sync/lock";
import { askMe, me } from "../sync/session";
import { usePathId } from "../ui/address";
import { Button, ButtonLink } from "../ui/Button";
import { Row, Rows } from "../ui/Row";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { saveFile } from "../ui/saveFile";
import { NOT_KEPT, useCopy } from "../ui/useCopy";
import { VisibleTo } from "../ui/VisibleTo";
import type { Clause } from "./clauses";
import { Targets } from "./Targets";
import { Text } from "./Text";
import { isText, useContent } from "./useContent";
import { useMark } from "./useMark";

/** Who may do one of these looks after it. */
const KEEPING = ["publish", "edit", "correct", "replace", "withdraw", "hide"];

export default function Document() {
  const id = usePathId();
  const paper = useCopy<DocumentShape>(`/v1/documents/${id}`);
  const data = paper.data;
  const { mark, can, retry } = useMark(id);
  const source = data?.classification === "restricted" ? NOT_KEPT : undefined;
  const content = useContent(data, source);
  const { clauses } = content;
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
          {data.state !== "withdrawn" && (
            <>
              {data.figures.length > 0 && <Figures paper={data} />}
              {data.targets.length > 0 && (
                <Targets paper={data} canReact={can("react")} keeps={can("replace")} source={source} />
              )}
              <Places clauses={clauses} />
              {content.waitsFor && <State of={content.waitsFor} />}
              <Text id={id} content={content} source={source} />
              {!isText(data) && <Original paper={data} keeps={KEEPING.some(can)} />}
            </>
          )}
          {KEEPING.some(can) && (
            <ButtonLink kind="quiet" href={`/app/quan-ly/van-ban/${id}`}>
              {words.manage}
            </ButtonLink>
          )}
          <VisibleTo to={data.visible_to} />
        </>
      )}
    </Screen>
  );
}

function Head({ paper }: { paper: DocumentShape }) {
  return (
    <section class="card">
      <h2>{paper.title}</h2>
      {paper.number && <p class="strong">{paper.number}</p>}
      <p>{paper.organization.name}</p>
      {paper.issued_on && <p>{vi.papers.issued(date(paper.issued_on))}</p>}
      {paper.state !== "withdrawn" && (paper.version_no ?? 1) > 1 && (
        <p class="hint">{words.versionNo(paper.version_no!)}</p>
      )}
      {paper.classification === "restricted" && <Status kind="late">{vi.papers.restricted}</Status>}
      {paper.state === "withdrawn" && <Withdrawn paper={paper} />}
      {paper.state === "replaced" && (
        <Status kind="waiting">
          {vi.papers.replaced}{" "}
          {paper.replaced_by && <a href={`/app/van-ban/${paper.replaced_by}`}>{vi.papers.openNew}</a>}
        </Status>
      )}
    </section>
  );
}

/** What is left of it for who could read it: why it is gone, since when, and what to read instead. */
function Withdrawn({ paper }: { paper: DocumentShape }) {
  const source = paper.classification === "restricted" ? NOT_KEPT : undefined;
  const history = useCopy<Shapes["DocumentHistoryList"]>(`/v1/documents/${paper.id}/history?limit=20`, source);
  const at = history.data?.items.find(({ action }) => action === "withdrawn" || action === "hidden")?.at;
  return (
    <>
      <Status kind="late">{vi.papers.withdrawn}</Status>
      {at && <p>{words.withdrawnOn(day(at))}</p>}
      {paper.withdrawn_reason && <p class="paper">{words.reason(paper.withdrawn_reason)}</p>}
      {paper.replaced_by && <ButtonLink href={`/app/van-ban/${paper.replaced_by}`}>{words.openSuccessor}</ButtonLink>}
    </>
  );
}

/** The articles, folded: a tap leads to one. */
function Places({ clauses }: { clauses: readonly Clause[] }) {
  const titled = clauses.filter((clause) => clause.title);
  if (titled.length === 0) return null;
  return (
    <details>
      <summary>{vi.papers.clauses}</summary>
      <Rows>
        {titled.map((clause) => (
          <Row key={clause.id} href={`#${clause.id}`} title={clause.title} />
        ))}
      </Rows>
    </details>
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

/** A file opens in the phone's own reader: the page itself shows nothing that somebody else wrote as a page. What is to
 * be done about one without text is said to those who can. */
function Original({ paper, keeps }: { paper: DocumentShape; keeps: boolean }) {
  async function fetchFile() {
    const path = `/v1/documents/${paper.id}/content`;
    const answer = await askMe<Blob>("GET", path, { as: "file", timeoutMs: 300_000 });
    saveFile(answer.body, paper.title);
  }
  return (
    <div class="stack">
      {paper.extraction === "pending" && <Status kind="waiting">{words.pending}</Status>}
      {paper.extraction_progress && <p class="hint">{words.reading(paper.extraction_progress)}</p>}
      {paper.extraction === "failed" && <Status kind="info">{words.failed}</Status>}
      {keeps && paper.extraction_failure && <p class="hint">{paper.extraction_failure}</p>}
      <Button onPress={fetchFile}>{vi.papers.original(bytes(paper.bytes))}</Button>
    </div>
  );
}
