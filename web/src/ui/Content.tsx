/** What a paper says: a file of his, or what he writes here. */
import type { Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { askMe } from "../sync/session";
import { Choice, Field, FileField } from "./Field";
import { Said } from "./words";

export interface Content {
  from: "file" | "text";
  text: string;
}
/** What the server takes; it says so itself of anything else. */
const ACCEPTED = ".pdf,.docx,.doc,.odt,.xlsx,.pptx,image/png,image/jpeg,image/heic,.heic";
const UPLOAD_MS = 300_000;

export async function contentOf(
  { from, text }: Content,
  file: File | null,
): Promise<{ text: string } | { blob_sha256: string }> {
  if (from === "text") {
    if (!text.trim()) throw new Said(vi.resolution.noText);
    return { text: text.trim() };
  }
  if (!file) throw new Said(vi.resolution.noFile);
  const blob = await askMe<Shapes["Blob"]>("POST", "/v1/blobs", { bytes: file, timeoutMs: UPLOAD_MS });
  return { blob_sha256: blob.body.sha256 };
}

interface Props {
  content: Content;
  set: (change: Partial<Content>) => void;
  file: File | null;
  onFile: (file: File | null) => void;
  legend: string;
  textLabel: string;
  hint?: string;
}

export function ContentFields({ content: { from, text }, set, file, onFile, legend, textLabel, hint }: Props) {
  return (
    <>
      <Choice
        legend={legend}
        name="from"
        value={from}
        onValue={(from) => set({ from })}
        choices={[
          { value: "file", label: vi.resolution.file },
          { value: "text", label: vi.resolution.text },
        ]}
      />
      {from === "file" ? (
        <FileField label={vi.resolution.choose} accept={ACCEPTED} file={file} onFile={onFile} />
      ) : (
        <Field label={textLabel} value={text} onValue={(text) => set({ text })} hint={hint} isLong maxLength={20000} />
      )}
    </>
  );
}
