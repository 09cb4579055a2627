import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { Status } from "./Status";
import { wordsOf } from "./words";

interface Props {
  children: ComponentChildren;
  /** May take its time: until it is done the button says so, and takes no second tap. What it throws is told below. */
  onPress?: () => unknown;
  kind?: "primary" | "quiet";
  type?: "button" | "submit";
  isBusy?: boolean;
}

export function Button({ children, onPress, kind, type = "button", isBusy = false }: Props) {
  const [isRunning, setRunning] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const isWaiting = isRunning || isBusy;

  async function press() {
    if (isWaiting || !onPress) return;
    setRunning(true);
    setWrong(null);
    try {
      await onPress();
    } catch (error) {
      setWrong(wordsOf(error));
    } finally {
      setRunning(false);
    }
  }

  return (
    <>
      <button class={`button ${kind ?? ""}`} type={type} aria-disabled={isWaiting} onClick={press}>
        {isWaiting ? vi.wait : children}
      </button>
      {wrong && (
        <Status kind="late" isLive>
          {wrong}
        </Status>
      )}
    </>
  );
}

/** Looks like a button and leads somewhere. */
export function ButtonLink({
  href,
  children,
  kind,
}: {
  href: string;
  children: ComponentChildren;
  kind?: "primary" | "quiet";
}) {
  return (
    <a class={`button ${kind ?? ""}`} href={href}>
      {children}
    </a>
  );
}
