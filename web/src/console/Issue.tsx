import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { type Document, Refused, type Shapes } from "../api/client";
import { fromField, momentOf } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { usePathId } from "../ui/address";
import { Button, ButtonLink } from "../ui/Button";
import { Check, Choice, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { type Keeping, NOT_KEPT, useCopy } from "../ui/useCopy";
import { VisibleTo } from "../ui/VisibleTo";
import { Said } from "../ui/words";
import { useAddressed } from "./addressed";
import { placesAsked, willSee } from "./audience";
import { useMark } from "../member/useMark";
import { Correct } from "./Correct";
import { Delivery } from "./Delivery";
import { PaperState } from "./Papers";
import { ReadersOf } from "./ReadersOf";
import { Replace } from "./Replace";
import { History, Versions } from "./Versions";
import { Withdraw } from "./Withdraw";

type Notify = Shapes["PublishDocumentInput"]["notify"];
const NOTIFIES = (["push", "inbox", "none"] as const).map((value) => ({
  value,
  label: office.publish.notifies[value],
}));

/** A paper of one's own: a draft is looked at and issued; of what is issued one sees how it arrives. */
export default function Issue() {
  const id = usePathId();
  const paper = useCopy<Document>(`/v1/documents/${id}`);
  const { can, retry } = useMark(id);
  const document = paper.data;
  const source = document?.classification === "restricted" ? NOT_KEPT : undefined;
  const done = () => {
    paper.retry();
    retry();
  };
  const back = `/app/quan-ly/van-ban${document ? `?noi=${document.organization.id}` : ""}`;
  return (
    <Screen title={document ? vi.papers.kinds[document.kind] : vi.papers.title} of={paper} back={back}>
      {document && (
        <>
          <section class="stack">
            <h2>{document.title}</h2>
            {document.number && <p>{document.number}</p>}
            <PaperState document={document} />
            <ButtonLink kind="quiet" href={`/app/van-ban/${id}`}>
              {office.publish.read}
            </ButtonLink>
          </section>
          <Extraction document={document} onLook={paper.retry} />
          {document.state === "draft" ? (
            <Draft document={document} onDone={paper.retry} />
          ) : (
            <Issued document={document} can={can} source={source} onDone={done} />
          )}
        </>
      )}
    </Screen>
  );
}

interface Kept {
  document: Document;
  can: (action: string) => boolean;
  source: Keeping;
  onDone: () => void;
}

function Draft({ document, onDone }: { document: Document; onDone: () => void }) {
  const { route } = useLocation();
  const { places, wrong, retry } = useAddressed(document.organization.id, placesAsked(document));
  const [notify, setNotify] = useState<Notify>("push");
  const [at, setAt] = useState("");
  const [isUrgent, setUrgent] = useState(false);
  const [isCorrecting, setCorrecting] = useState(false);
  const [keys] = useState(() => new Keys());
  const path = `/v1/documents/${document.id}`;
  const words = office.publish;

  function corrected() {
    setCorrecting(false);
    onDone();
  }
  async function issue() {
    if (at && !fromField(at)) throw new Said(vi.wrongMoment);
    const body: Shapes["PublishDocumentInput"] = {
      notify,
      ...(at ? { at: fromField(at) } : {}),
      ...(isUrgent && notify === "push" ? { urgent: true } : {}),
    };
    await keys.send("POST", `${path}/publish`, body);
    onDone();
  }
  async function notThen() {
    try {
      await keys.send("PATCH", path, { publish_at: null }, { ifMatch: `"${document.version}"` });
    } catch (error) {
      // The next press is about what there is now.
      if (error instanceof Refused && error.status === 412) onDone();
      throw error;
    }
    onDone();
  }
  async function drop() {
    await keys.send("DELETE", path);
    route(`/app/quan-ly/van-ban?noi=${document.organization.id}`, true);
  }
  return (
    <>
      <Status kind="info">{words.previewHint}</Status>
      {document.publish_at && <Button onPress={notThen}>{words.notThen}</Button>}
      {places && (
        <>
          <p class="strong">{vi.visibleTo(willSee(document, places))}</p>
          <Form submit={at ? words.submitAt : words.submit} onSubmit={issue}>
            <Choice legend={words.notify} name="notify" value={notify} onValue={setNotify} choices={NOTIFIES} />
            {notify === "push" && <Check label={words.urgent} value={isUrgent} onValue={setUrgent} />}
            <Field label={words.at} type="datetime-local" value={at} onValue={setAt} hint={momentOf(at)} />
          </Form>
        </>
      )}
      {wrong && !places && (
        <>
          <Status kind="late" isLive>
            {wrong}
          </Status>
          <Button onPress={retry}>{vi.retry}</Button>
        </>
      )}
      {isCorrecting ? (
        <Correct document={document} onDone={corrected} />
      ) : (
        <Button kind="quiet" onPress={() => setCorrecting(true)}>
          {office.keep.correctOfDraft}
        </Button>
      )}
      <Sure label={words.drop} question={words.dropSure} yes={words.drop} onYes={drop} />
    </>
  );
}

type Way = "correct" | "replace" | "withdraw";

/** What is out: who got it and read it, and what can be done when something about it is wrong. */
function Issued({ document, can, source, onDone }: Kept) {
  const [way, setWay] = useState<Way | null>(null);
  const done = () => {
    setWay(null);
    onDone();
  };
  const isOut = document.state !== "withdrawn";
  const words = office.keep;
  const ways: [Way, string, boolean][] = [
    ["correct", words.correct, can("correct")],
    ["replace", words.replace, can("replace")],
    ["withdraw", can("withdraw") ? office.publish.withdraw : office.publish.hidePaper, can("withdraw") || can("hide")],
  ];
  return (
    <>
      <VisibleTo to={document.visible_to} />
      {document.withdrawn_reason && <p class="paper">{words.withdrawn(document.withdrawn_reason)}</p>}
      {document.replaced_by && (
        <ButtonLink href={`/app/van-ban/${document.replaced_by}`}>{words.replacedBy}</ButtonLink>
      )}
      {document.notification_id && <Delivery notification={document.notification_id} />}
      {isOut && <ReadersOf document={document.id} />}
      {isOut && <Versions document={document} source={source} />}
      <History document={document} source={source} />
      {ways
        .filter(([name, , isThere]) => isThere && way !== name)
        .map(([name, label]) => (
          <Button key={name} kind="quiet" onPress={() => setWay(name)}>
            {label}
          </Button>
        ))}
      {way === "correct" && <Correct document={document} onDone={done} />}
      {way === "replace" && <Replace document={document} onDone={done} />}
      {way === "withdraw" && (
        <Withdraw document={document} canWithdraw={can("withdraw")} canHide={can("hide")} onDone={done} />
      )}
    </>
  );
}

/** How far the server has come with a file: it is read for its clauses, and for who searches. */
function Extraction({ document, onLook }: { document: Document; onLook: () => void }) {
  const words = office.keep;
  if (document.state === "withdrawn" || document.extraction === "done") return null;
  if (document.extraction === "pending")
    return (
      <>
        <Status kind="waiting">
          {words.pending} {document.state === "draft" && words.pendingDraft}
        </Status>
        {document.extraction_progress && <p class="hint">{words.reading(document.extraction_progress)}</p>}
        <Button kind="quiet" onPress={onLook}>
          {words.look}
        </Button>
      </>
    );
  return (
    <Status kind="late">
      {words.failed} {words.failedHow} {document.extraction_failure ?? words.failedDo}
    </Status>
  );
}
