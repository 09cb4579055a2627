import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { Button } from "./Button";

interface Props {
  label: string;
  question: string;
  yes: string;
  onYes: () => unknown;
  /** What is to be known before he answers. */
  children?: ComponentChildren;
}

/** What cannot be taken back is asked about first. Where the finger was stands the question then. */
export function Sure({ label, children, onYes, ...asked }: Props) {
  const [isAsked, setAsked] = useState(false);
  async function yes() {
    await onYes();
    setAsked(false);
  }
  if (!isAsked)
    return (
      <Button key="ask" kind="quiet" onPress={() => setAsked(true)}>
        {label}
      </Button>
    );
  return (
    <Question key="asked" {...asked} onYes={yes} onNo={() => setAsked(false)}>
      {children}
    </Question>
  );
}

/** The question itself: who listens to the screen hears it, and "no" comes before "yes": a second tap does nothing. */
export function Question({ question, yes, onYes, onNo, children }: Omit<Props, "label"> & { onNo: () => unknown }) {
  const asked = useRef<HTMLParagraphElement>(null);
  useEffect(() => asked.current?.focus(), []);
  return (
    <section class="stack">
      {children}
      <p class="strong" tabIndex={-1} ref={asked}>
        {question}
      </p>
      <Button kind="quiet" onPress={onNo}>
        {vi.cancel}
      </Button>
      <Button onPress={onYes}>{yes}</Button>
    </section>
  );
}
