import { useEffect, useState } from "preact/hooks";
import type { Document, Shapes } from "../api/client";
import { number } from "../i18n/format";
import { paper as words } from "../i18n/paper";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { arrived, flush, save } from "../sync/outbox";
import { me } from "../sync/session";
import { Button } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { type Keeping, useCopy } from "../ui/useCopy";
import { useDraftOf } from "../ui/useDraft";
import { Said } from "../ui/words";
import { Sent } from "./Sent";

type Reaction = Shapes["Reaction"];
type Value = Shapes["ReactToTargetInput"]["value"];
const VALUES = ["too_high", "about_right", "too_low", "unclear"] as const satisfies readonly Value[];

interface Props {
  paper: Document;
  canReact: boolean;
  /** Who looks after the paper sees what all think; a member, once he has said what he does. */
  keeps: boolean;
  source?: Keeping;
}

/** What a resolution wants reached, and what its readers think of it. */
export function Targets({ paper, canReact, keeps, source }: Props) {
  const reactions = useCopy<Shapes["ReactionList"]>(`/v1/documents/${paper.id}/reactions`, source);
  return (
    <section class="stack">
      <h2>{words.targets}</h2>
      <State of={reactions} />
      <ol class="stack">
        {paper.targets.map((target) => {
          const reaction = reactions.data?.items.find(({ target_id }) => target_id === target.id);
          const isSeen = reaction && (keeps || reaction.mine);
          return (
            <li class="card" key={target.id}>
              <p class="strong">{target.text}</p>
              {reaction?.mine && <Status kind="done">{words.mine(words.values[reaction.mine])}</Status>}
              {isSeen && <Counts of={reaction} />}
              {canReact && <React paper={paper} target={target} mine={reaction?.mine} onDone={reactions.retry} />}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Counts({ of }: { of: Reaction }) {
  if (VALUES.every((value) => of.counts[value] === 0)) return <p class="hint">{words.nobodyYet}</p>;
  return (
    <ul class="counts">
      {VALUES.map((value) => (
        <li key={value}>{words.counts(words.values[value], number(of.counts[value]))}</li>
      ))}
    </ul>
  );
}

interface Reacting {
  paper: Document;
  target: Shapes["Target"];
  mine: Reaction["mine"] | undefined;
  onDone: () => void;
}

/** Written as a comment is: it waits on the phone without network. Of a restricted paper nothing stays there. */
function React({ paper, target, mine, onDone }: Reacting) {
  const [isOpen, setOpen] = useState(false);
  const [sent, setSent] = useState<string | null>(null);
  const [keys] = useState(() => new Keys());
  const isThere = sent !== null && arrived.value.has(sent);
  useEffect(() => {
    if (isThere) onDone();
  }, [isThere]);

  async function send(value: Value, comment: string) {
    const member = me.value?.member_id;
    const path = `/v1/documents/${paper.id}/targets/${target.id}/reaction`;
    const body = { value, ...(comment ? { comment } : {}) };
    if (paper.classification === "restricted" || !member) {
      await keys.send("PUT", path, body);
      onDone();
    } else {
      const title = words.about(target.text, words.values[value]);
      const writing = { method: "PUT", path, body, subject: `document:${paper.id}`, text: comment, title };
      const row = await save(member, writing).catch(() => {
        throw new Said(vi.notStored);
      });
      setSent(row.key);
      void flush(member);
    }
  }
  return (
    <>
      {sent && <Sent key={sent} row={sent} />}
      {isOpen ? (
        <Saying paper={paper} target={target} mine={mine ?? null} onSend={send} onClose={() => setOpen(false)} />
      ) : (
        <Button onPress={() => setOpen(true)}>
          {mine || sent ? words.reactAgain : words.react}
          <span class="only-read">: {target.text}</span>
        </Button>
      )}
    </>
  );
}

interface SayingProps {
  paper: Document;
  target: Shapes["Target"];
  mine: Value | null;
  onSend: (value: Value, comment: string) => Promise<void>;
  onClose: () => void;
}

function Saying({ paper, target, mine, onSend, onClose }: SayingProps) {
  const about = { id: target.id, classification: paper.classification };
  const empty: { value: Value | null; comment: string } = { value: mine, comment: "" };
  const { draft, set, clear } = useDraftOf("react", about, empty);

  async function send() {
    if (!draft.value) throw new Said(words.choose);
    await onSend(draft.value, draft.comment.trim());
    // What goes off the screen before is kept as unfinished.
    await clear();
    onClose();
  }
  return (
    <Form submit={words.send} onSubmit={send}>
      <Choice
        legend={words.what}
        name={`value-${target.id}`}
        value={draft.value ?? ""}
        onValue={(value) => set({ value: value as Value })}
        choices={VALUES.map((value) => ({ value, label: words.values[value] }))}
      />
      <Field
        label={words.comment}
        hint={words.commentHint}
        value={draft.comment}
        onValue={(comment) => set({ comment })}
        isLong
        maxLength={4000}
      />
    </Form>
  );
}
