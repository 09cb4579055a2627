import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { vi } from "../i18n/vi";

interface Props {
  children: ComponentChildren;
  /** May take its time: until it is done the button says so, and takes no second tap. */
  onPress?: () => unknown;
  kind?: "primary" | "quiet";
  type?: "button" | "submit";
  isBusy?: boolean;
}

export function Button({ children, onPress, kind, type = "button", isBusy = false }: Props) {
  const [isRunning, setRunning] = useState(false);
  const isWaiting = isRunning || isBusy;

  async function press() {
    if (isWaiting || !onPress) return;
    setRunning(true);
    try {
      await onPress();
    } finally {
      setRunning(false);
    }
  }

  return (
    <button class={`button ${kind ?? ""}`} type={type} aria-disabled={isWaiting} onClick={press}>
      {isWaiting ? vi.wait : children}
    </button>
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
