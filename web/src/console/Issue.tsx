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
import { useCopy } from "../ui/useCopy";
import { useDraft } from "../ui/useDraft";
import { VisibleTo } from "../ui/VisibleTo";
import { Said } from "../ui/words";
import { useAddressed } from "./addressed";
import { placesAsked, willSee } from "./audience";
import { Delivery } from "./Delivery";
import { PaperState } from "./Papers";
import { ReadersOf } from "./ReadersOf";

type Notify = Shapes["PublishDocumentInput"]["notify"];
const NOTIFIES = (["push", "inbox", "none"] as const).map((value) => ({
  value,
  label: office.publish.notifies[value],
}));

/** A paper of one's own: a draft is looked at and issued; of what is issued one sees how it arrives. */
export default function Issue() {
  const id = usePathId();
  const paper = useCopy<Document>(`/v1/documents/${id}`);
  const document = paper.data;
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
          {document.state === "draft" ? (
            <Draft document={document} onDone={paper.retry} />
          ) : (
            <Issued document={document} onDone={paper.retry} />
          )}
        </>
      )}
    </Screen>
  );
}

function Draft({ document, onDone }: { document: Document; onDone: () => void }) {
  const { route } = useLocation();
  const { places, wrong, retry } = useAddressed(document.organization.id, placesAsked(document));
  const [notify, setNotify] = useState<Notify>("push");
  const [at, setAt] = useState("");
  const [isUrgent, setUrgent] = useState(false);
  const [keys] = useState(() => new Keys());
  const path = `/v1/documents/${document.id}`;
  const words = office.publish;

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
      <Sure label={words.drop} question={words.dropSure} yes={words.drop} onYes={drop} />
    </>
  );
}

function Issued({ document, onDone }: { document: Document; onDone: () => void }) {
  return (
    <>
      <VisibleTo to={document.visible_to} />
      {document.notification_id && <Delivery notification={document.notification_id} />}
      {document.state !== "withdrawn" && <ReadersOf document={document.id} />}
      {document.state !== "withdrawn" && <Withdraw document={document} onDone={onDone} />}
    </>
  );
}

function Withdraw({ document, onDone }: { document: Document; onDone: () => void }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <Reason document={document} onDone={onDone} />;
  return (
    <Button kind="quiet" onPress={() => setOpen(true)}>
      {office.publish.withdraw}
    </Button>
  );
}

function Reason({ document, onDone }: { document: Document; onDone: () => void }) {
  const { draft, set, clear } = useDraft(`withdraw:${document.id}`, { reason: "" });
  const { reason } = draft;
  const [isHidden, setHidden] = useState(false);
  const [keys] = useState(() => new Keys());
  const words = office.publish;

  async function withdraw() {
    if (!reason.trim()) throw new Said(words.withdrawNoReason);
    const body = { reason: reason.trim(), ...(isHidden ? { hide: true } : {}) };
    await keys.send("POST", `/v1/documents/${document.id}/withdraw`, body);
    await clear();
    onDone();
  }
  return (
    <Form submit={words.withdrawYes} onSubmit={withdraw}>
      <Field
        label={words.withdrawReason}
        value={reason}
        onValue={(reason) => set({ reason })}
        isLong
        maxLength={2000}
      />
      <Check label={words.hide} value={isHidden} onValue={setHidden} />
    </Form>
  );
}
