import { useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Said } from "../ui/words";

type Decision = "accepted" | "next" | "declined";
const CHOICES = (["accepted", "next", "declined"] as const).map((value) => ({
  value,
  label: vi.decide.choices[value],
}));

/** A secretary decides on a proposal; who made it is told, and why. */
export function Decide({ meeting, proposal, onDone }: { meeting: string; proposal: string; onDone: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const [decision, setDecision] = useState<Decision>("accepted");
  const [reason, setReason] = useState("");

  async function send() {
    if (decision !== "accepted" && !reason.trim()) throw new Said(vi.decide.empty);
    const body = { decision, ...(reason.trim() ? { reason: reason.trim() } : {}) };
    const path = `/v1/meetings/${meeting}/proposals/${proposal}/decision`;
    await askMe("PUT", path, { body, key: newKey(), waitS: 20 });
    onDone();
  }
  if (!isOpen) return <Button onPress={() => setOpen(true)}>{vi.decide.open}</Button>;
  return (
    <Form submit={vi.decide.send} onSubmit={send}>
      <Choice
        legend={vi.decide.what}
        name={`decision-${proposal}`}
        value={decision}
        onValue={setDecision}
        choices={CHOICES}
      />
      <Field label={vi.decide.reason} value={reason} onValue={setReason} maxLength={2000} />
    </Form>
  );
}
