import { useState } from "preact/hooks";
import type { Document } from "../api/client";
import { office } from "../i18n/office";
import { Keys } from "../sync/keys";
import { Check, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { useDraftOf } from "../ui/useDraft";
import { Said } from "../ui/words";

interface Props {
  document: Document;
  /** It can be taken back from its readers; else it can only be hidden. */
  canWithdraw: boolean;
  canHide: boolean;
  onDone: () => void;
}

/** Taken back, a paper says why; what reached the wrong people is hidden from all of them, also later. */
export function Withdraw({ document, canWithdraw, canHide, onDone }: Props) {
  const { draft, set, clear } = useDraftOf("withdraw", document, { reason: "" });
  const { reason } = draft;
  const [isChosen, setChosen] = useState(false);
  const [keys] = useState(() => new Keys());
  const words = office.publish;
  const isHidden = canHide && (isChosen || !canWithdraw);

  async function withdraw() {
    if (!reason.trim()) throw new Said(words.withdrawNoReason);
    const body = { reason: reason.trim(), ...(isHidden ? { hide: true } : {}) };
    await keys.send("POST", `/v1/documents/${document.id}/withdraw`, body);
    await clear();
    onDone();
  }
  return (
    <Form submit={isHidden ? words.hideYes : words.withdrawYes} onSubmit={withdraw}>
      <Field
        label={isHidden ? words.hideReason : words.withdrawReason}
        value={reason}
        onValue={(reason) => set({ reason })}
        isLong
        maxLength={2000}
      />
      {canWithdraw && canHide && <Check label={words.hide} value={isChosen} onValue={setChosen} />}
      {!canWithdraw && <p>{words.hideOnly}</p>}
    </Form>
  );
}
