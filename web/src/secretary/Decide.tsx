import { useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { Button } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { useDraft } from "../ui/useDraft";
import { Said } from "../ui/words";

type Decision = "accepted" | "next" | "declined";
const CHOICES = (["accepted", "next", "declined"] as const).map((value) => ({
  value,
  label: vi.decide.choices[value],
}));

interface Decided {
  decision: Decision;
  reason: string;
}
const UNDECIDED: Decided = { decision: "accepted", reason: "" };

interface About {
  meeting: string;
  proposal: string;
  onDone: () => void;
}

/** A secretary decides on a proposal; who made it is told, and why. */
export function Decide(about: About) {
  const [isOpen, setOpen] = useState(false);
  return isOpen ? <Weigh {...about} /> : <Button onPress={() => setOpen(true)}>{vi.decide.open}</Button>;
}

function Weigh({ meeting, proposal, onDone }: About) {
  const { draft, set, clear } = useDraft(`decide:${proposal}`, UNDECIDED);
  const { decision, reason } = draft;
  const [keys] = useState(() => new Keys());

  async function send() {
    if (decision !== "accepted" && !reason.trim()) throw new Said(vi.decide.empty);
    const body = { decision, ...(reason.trim() ? { reason: reason.trim() } : {}) };
    const path = `/v1/meetings/${meeting}/proposals/${proposal}/decision`;
    await keys.send("PUT", path, body);
    await clear();
    onDone();
  }
  return (
    <Form submit={vi.decide.send} onSubmit={send}>
      <Choice
        legend={vi.decide.what}
        name={`decision-${proposal}`}
        value={decision}
        onValue={(decision) => set({ decision })}
        choices={CHOICES}
      />
      <Field label={vi.decide.reason} value={reason} onValue={(reason) => set({ reason })} maxLength={2000} />
    </Form>
  );
}
