import { useEffect, useRef, useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { number } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Status } from "../ui/Status";
import { wordsOf } from "../ui/words";
import { Recall } from "./Recall";

type Preview = Shapes["ReminderPreview"];
type Sent = Shapes["ReminderSent"];
export type NudgeKind = Shapes["RemindBranchesInput"]["kind"];
type Reason = Shapes["SkippedBranch"]["reason"];

/** A reminder by hand waits a minute: withdrawn within it, no phone rings. */
const HELD_MS = 60_000;

/** What will be sent, to whom, and who is left out and why; then it is sent, and for a minute it can be taken back. */
export function Nudge({ organization, month, kind }: { organization: string; month: string; kind: NudgeKind }) {
  const path = `/v1/organizations/${organization}/reminders`;
  const [preview, setPreview] = useState<Preview | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [keys] = useState(() => new Keys());

  async function look() {
    setWrong(null);
    try {
      const body = { month, kind, dry_run: true };
      setPreview((await askMe<Preview>("POST", path, { body, key: newKey() })).body);
    } catch (error) {
      setWrong(wordsOf(error));
    }
  }
  useEffect(() => void look(), [path, month, kind]);
  useEffect(() => heading.current?.focus(), [preview]);

  async function send() {
    setSent((await keys.send<Sent>("POST", path, { month, kind })).body);
  }
  return (
    <section class="card">
      {wrong && !preview && (
        <>
          <Status kind="late" isLive>
            {wrong}
          </Status>
          <Button onPress={look}>{vi.retry}</Button>
        </>
      )}
      {preview && !sent && (
        <>
          <h2 tabIndex={-1} ref={heading}>
            {office.progress.preview}
          </h2>
          <p class="strong">{preview.title}</p>
          <p class="paper">{preview.body}</p>
          <p>{office.progress.toSend(number(preview.branches), number(preview.recipients))}</p>
          <Skipped skipped={preview.skipped} total={preview.skipped_total} />
          <Button kind="primary" onPress={send}>
            {office.progress.send}
          </Button>
        </>
      )}
      {sent && <AfterSending sent={sent} />}
    </section>
  );
}

function Skipped({ skipped, total }: { skipped: Preview["skipped"]; total: number }) {
  if (total === 0) return null;
  // Of very many the server names some only, and those in the order of their reasons.
  const isWhole = skipped.length === total;
  const counts = new Map<Reason, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return (
    <div>
      <p>{office.progress.skipped(number(total))}</p>
      <ul>
        {[...counts].map(([reason, n]) => (
          <li key={reason}>
            {isWhole ? number(n) : office.progress.atLeast(number(n))} {office.progress.reasons[reason]}
          </li>
        ))}
      </ul>
    </div>
  );
}

function AfterSending({ sent }: { sent: Sent }) {
  const [until] = useState(() => Date.now() + HELD_MS);
  const [isRecalled, setRecalled] = useState(false);
  if (isRecalled)
    return (
      <Status kind="done" isLive>
        {office.delivery.recalled}
      </Status>
    );
  return (
    <>
      <Status kind="done" isLive>
        {office.progress.sent(number(sent.branches))}
      </Status>
      {sent.notification_id && (
        <Recall notification={sent.notification_id} until={until} onRecalled={() => setRecalled(true)} />
      )}
    </>
  );
}
