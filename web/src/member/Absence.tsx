import { useState } from "preact/hooks";
import type { Mark } from "../api/client";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Status } from "../ui/Status";
import { Said } from "../ui/words";

interface Props {
  meeting: string;
  mark: Mark | null;
  canReport: boolean;
  onChange: () => void;
}

/** To say that one cannot come, and why; and to take it back. */
export function Absence({ meeting, mark, canReport, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const path = `/v1/meetings/${meeting}/absence`;

  async function send() {
    if (!reason.trim()) throw new Said(vi.meeting.absenceEmpty);
    await askMe("PUT", path, { body: { reason: reason.trim() }, key: newKey() });
    setOpen(false);
    onChange();
  }
  async function undo() {
    await askMe("DELETE", path, { key: newKey() });
    onChange();
  }

  if (mark?.attendance === "excused" && mark.absence_reason && canReport)
    return (
      <div class="stack">
        <Status kind="done">{vi.meeting.absent(mark.absence_reason)}</Status>
        <Button kind="quiet" onPress={undo}>
          {vi.meeting.absenceUndo}
        </Button>
      </div>
    );
  if (mark?.attendance && !canReport) {
    const words = vi.meeting.attendance as Record<string, string>;
    return <p>{vi.meeting.mine(words[mark.attendance] ?? vi.none)}</p>;
  }
  if (!canReport) return null;
  if (!isOpen)
    return (
      <Button kind="quiet" onPress={() => setOpen(true)}>
        {vi.meeting.absence}
      </Button>
    );
  return (
    <Form submit={vi.meeting.absenceSend} onSubmit={send}>
      <Field label={vi.meeting.absenceReason} value={reason} onValue={setReason} maxLength={500} />
      <Button kind="quiet" onPress={() => setOpen(false)}>
        {vi.cancel}
      </Button>
    </Form>
  );
}
