import { useState } from "preact/hooks";
import { moment } from "../i18n/format";
import { vi } from "../i18n/vi";
import { drop, flush, flushNow, type OutboxRow, reworded, save, wordsIn } from "../sync/outbox";
import { me } from "../sync/session";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { wordsOfProblem } from "../ui/words";
import { type Outbox, useOutbox } from "./useOutbox";

/** What has not arrived: waiting for network, or refused, whole, with the reason and what can be done. */
export default function Unsent() {
  const outbox = useOutbox();
  const member = me.value?.member_id;
  const primary = outbox.rows?.some((row) => row.state !== "refused") && member && (
    <Button kind="primary" onPress={() => flushNow(member)}>
      {vi.outbox.send}
    </Button>
  );
  return (
    <Screen title={vi.outbox.title} back="/app/" primary={primary}>
      <Rest {...outbox} />
    </Screen>
  );
}

/** Nothing is known yet: nothing is said. */
export function Rest({ rows, isUnknown }: Outbox) {
  if (isUnknown) return <Status kind="late">{vi.outbox.unknown}</Status>;
  if (!rows) return null;
  if (rows.length === 0) return <Status kind="done">{vi.outbox.none}</Status>;
  return (
    <ul class="stack">
      {rows.map((row) => (
        <li class="card" key={row.key}>
          <Waiting row={row} />
        </li>
      ))}
    </ul>
  );
}

function Waiting({ row }: { row: OutboxRow }) {
  return (
    <>
      <h2>{row.title}</h2>
      {row.text && <p class="paper">{row.text}</p>}
      <p class="hint">{vi.outbox.writtenAt(moment(row.created_at))}</p>
      {row.state === "refused" ? (
        <RefusedRow row={row} />
      ) : (
        <Status kind="waiting">{row.state === "accepted" ? vi.outbox.accepted : vi.saved}</Status>
      )}
    </>
  );
}

function reasonOf(row: OutboxRow): string {
  if (row.problem?.code === "too_old") return vi.outbox.tooOld;
  return row.problem ? wordsOfProblem(row.problem) : vi.unknownError;
}

function RefusedRow({ row }: { row: OutboxRow }) {
  const [isEditing, setEditing] = useState(false);
  const [isCopied, setCopied] = useState(false);

  async function copy() {
    await navigator.clipboard.writeText(row.text);
    setCopied(true);
  }
  return (
    <div class="stack">
      <Status kind="late">
        {vi.refused} {reasonOf(row)}
      </Status>
      {isEditing ? (
        <Edit row={row} />
      ) : (
        <div class="stack">
          {wordsIn(row.body) && <Button onPress={() => setEditing(true)}>{vi.outbox.edit}</Button>}
          {row.text && (
            <Button kind="quiet" onPress={copy}>
              {isCopied ? vi.outbox.copied : vi.outbox.copy}
            </Button>
          )}
          <Sure
            label={vi.outbox.drop}
            question={vi.outbox.dropSure}
            yes={vi.outbox.dropYes}
            onYes={() => drop(row.key)}
          />
        </div>
      )}
    </div>
  );
}

/** It goes out as a new writing, with a new key: the old one was answered. */
function Edit({ row }: { row: OutboxRow }) {
  const [text, setText] = useState(row.text);

  async function again() {
    const words = text.trim();
    await save(row.member_id, { ...row, body: reworded(row.body, words), text: words }, row.key);
    void flush(row.member_id);
  }
  return (
    <Form submit={vi.outbox.send} onSubmit={again}>
      <Field label={row.title} value={text} onValue={setText} isLong maxLength={4000} />
    </Form>
  );
}
