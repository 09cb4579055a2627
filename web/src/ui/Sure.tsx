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

/** What cannot be taken back is asked about first. Where the finger was stands the question then, and "no" comes before
 * "yes": a second tap does nothing. */
export function Sure({ label, question, yes, onYes, children }: Props) {
  const [isAsked, setAsked] = useState(false);
  const asked = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (isAsked) asked.current?.focus();
  }, [isAsked]);
  if (!isAsked)
    return (
      <Button key="ask" kind="quiet" onPress={() => setAsked(true)}>
        {label}
      </Button>
    );
  return (
    <section class="stack" key="asked">
      {children}
      <p class="strong" tabIndex={-1} ref={asked}>
        {question}
      </p>
      <Button kind="quiet" onPress={() => setAsked(false)}>
        {vi.cancel}
      </Button>
      <Button onPress={onYes}>{yes}</Button>
    </section>
  );
}
