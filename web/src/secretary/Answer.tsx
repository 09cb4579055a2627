import { useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Said } from "../ui/words";

/** A secretary answers a comment: everybody who sees the comment sees the answer. */
export function Answer({ meeting, comment, onDone }: { meeting: string; comment: string; onDone: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");

  async function send() {
    if (!text.trim()) throw new Said(vi.answer.empty);
    const path = `/v1/meetings/${meeting}/comments/${comment}/answer`;
    await askMe("PUT", path, { body: { text: text.trim() }, key: newKey(), waitS: 20 });
    onDone();
  }
  if (!isOpen) return <Button onPress={() => setOpen(true)}>{vi.answer.open}</Button>;
  return (
    <Form submit={vi.answer.send} onSubmit={send}>
      <Field label={vi.answer.text} value={text} onValue={setText} isLong maxLength={4000} />
    </Form>
  );
}
