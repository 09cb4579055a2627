import { useEffect, useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { number } from "../i18n/format";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Status } from "../ui/Status";
import { wordsOf } from "../ui/words";

type Preview = Shapes["ReminderPreview"];
type Sent = Shapes["ReminderSent"];
export type NudgeKind = Shapes["RemindBranchesInput"]["kind"];
type Reason = Shapes["SkippedBranch"]["reason"];

/** A reminder by hand waits a minute: withdrawn within it, no phone rings. */
const HELD_S = 60;

/** What will be sent, to whom, and who is left out and why; then it is sent, and for a minute it can be taken back. */
export function Nudge({ organization, month, kind }: { organization: string; month: string; kind: NudgeKind }) {
  const path = `/v1/organizations/${organization}/reminders`;
  const [preview, setPreview] = useState<Preview | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [keys] = useState(() => new Keys());

  useEffect(() => {
    askMe<Preview>("POST", path, { body: { month, kind, dry_run: true }, key: newKey() })
      .then((answer) => setPreview(answer.body))
      .catch((error: unknown) => setWrong(wordsOf(error)));
  }, [path, month, kind]);

  async function send() {
    try {
      setSent((await keys.send<Sent>("POST", path, { month, kind })).body);
    } catch (error) {
      setWrong(wordsOf(error));
    }
  }
  return (
    <section class="card" aria-live="polite">
      {wrong && <Status kind="late">{wrong}</Status>}
      {preview && !sent && (
        <>
          <h2>{vi.progress.preview}</h2>
          <p class="strong">{preview.title}</p>
          <p class="paper">{preview.body}</p>
          <p>{vi.progress.toSend(number(preview.branches), number(preview.recipients))}</p>
          <Skipped skipped={preview.skipped} total={preview.skipped_total} />
          <Button kind="primary" onPress={send}>
            {vi.progress.send}
          </Button>
        </>
      )}
      {sent && <AfterSending sent={sent} />}
    </section>
  );
}

function Skipped({ skipped, total }: { skipped: Preview["skipped"]; total: number }) {
  if (total === 0) return null;
  const counts = new Map<Reason, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return (
    <div>
      <p>{vi.progress.skipped(number(total))}</p>
      <ul>
        {[...counts].map(([reason, n]) => (
          <li key={reason}>
            {number(n)} {vi.progress.reasons[reason]}
          </li>
        ))}
      </ul>
    </div>
  );
}

function AfterSending({ sent }: { sent: Sent }) {
  const [left, setLeft] = useState(HELD_S);
  const [isRecalled, setRecalled] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => {
    const end = Date.now() + HELD_S * 1000;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000))), 1000);
    return () => clearInterval(timer);
  }, []);

  async function recall() {
    try {
      await askMe("DELETE", `/v1/notifications/${sent.notification_id}`, { key: newKey(), waitS: 20 });
      setRecalled(true);
    } catch (error) {
      setWrong(wordsOf(error));
    }
  }
  if (isRecalled) return <Status kind="done">{vi.progress.recalled}</Status>;
  return (
    <>
      <Status kind="done">{vi.progress.sent(number(sent.branches))}</Status>
      {wrong && <Status kind="late">{wrong}</Status>}
      {sent.notification_id && left > 0 && <Button onPress={recall}>{vi.progress.recall(left)}</Button>}
    </>
  );
}
