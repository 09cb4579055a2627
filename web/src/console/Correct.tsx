import { useState } from "preact/hooks";
import type { Document } from "../api/client";
import { office } from "../i18n/office";
import { Keys } from "../sync/keys";
import { type Content, ContentFields, contentOf } from "../ui/Content";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Status } from "../ui/Status";
import { unlessChanged } from "../ui/unlessChanged";
import { useDraftOf } from "../ui/useDraft";
import { Said } from "../ui/words";

interface Props {
  document: Document;
  /** What there is now is to be read again. */
  onDone: () => void;
}

const EMPTY: Content & { reason: string } = { from: "file", text: "", reason: "" };

/** A wrong file is put right. What is out keeps its number and its readers, and says why; of a draft nobody knows. */
export function Correct({ document, onDone }: Props) {
  const { draft, set, clear, isKept } = useDraftOf("correct", document, EMPTY);
  const [file, setFile] = useState<File | null>(null);
  const [keys] = useState(() => new Keys());
  const isDraft = document.state === "draft";
  const path = `/v1/documents/${document.id}`;
  const words = office.keep;

  async function correct() {
    const reason = draft.reason.trim();
    if (!isDraft && !reason) throw new Said(words.noReason);
    const content = await contentOf(draft, file);
    if (isDraft) {
      const ifMatch = `"${document.version}"`;
      await unlessChanged(() => keys.send("PATCH", path, content, { ifMatch }), onDone);
    } else await keys.send("POST", `${path}/versions`, { ...content, reason });
    await clear();
    setFile(null);
    onDone();
  }
  return (
    <Form submit={words.correctYes} onSubmit={correct}>
      <Status kind="info">{isDraft ? words.correctDraft : words.correctHow}</Status>
      <ContentFields
        content={draft}
        set={set}
        file={file}
        onFile={setFile}
        legend={words.rightFile}
        textLabel={words.rightText}
        hint={isKept ? words.kept : undefined}
      />
      {!isDraft && (
        <Field
          label={words.correctReason}
          value={draft.reason}
          onValue={(reason) => set({ reason })}
          isLong
          maxLength={2000}
        />
      )}
    </Form>
  );
}
