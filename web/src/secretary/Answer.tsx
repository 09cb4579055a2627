import { useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { useDraft } from "../ui/useDraft";
import { Said } from "../ui/words";

/** A secretary answers a comment: everybody who sees the comment sees the answer. */
export function Answer(about: About) {
  const [isOpen, setOpen] = useState(false);
  return isOpen ? <Write {...about} /> : <Button onPress={() => setOpen(true)}>{vi.answer.open}</Button>;
}

interface About {
  meeting: string;
  comment: string;
  onDone: () => void;
}

function Write({ meeting, comment, onDone }: About) {
  const { draft, set, clear } = useDraft(`answer:${comment}`, { text: "" });
  const { text } = draft;
  const [keys] = useState(() => new Keys());

  async function send() {
    if (!text.trim()) throw new Said(vi.answer.empty);
    const path = `/v1/meetings/${meeting}/comments/${comment}/answer`;
    await keys.send("PUT", path, { text: text.trim() });
    await clear();
    onDone();
  }
  return (
    <Form submit={vi.answer.send} onSubmit={send}>
      <Field label={vi.answer.text} value={text} onValue={(text) => set({ text })} isLong maxLength={4000} />
    </Form>
  );
}
