import { useState } from "preact/hooks";
import { paper } from "../i18n/paper";
import { Button } from "./Button";
import { Said } from "./words";

/** Gives a text to whatever he pastes it into, and says so. */
export function Copy({ text, label, kind }: { text: string; label: string; kind?: "quiet" }) {
  const [copied, setCopied] = useState<string | null>(null);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      throw new Said(paper.notCopied);
    }
    setCopied(text);
  }
  return (
    <Button kind={kind} onPress={copy}>
      {copied === text ? paper.copied : label}
    </Button>
  );
}
