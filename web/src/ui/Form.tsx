import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "./Button";
import { Status } from "./Status";
import { wordsOf } from "./words";

interface Props {
  children: ComponentChildren;
  submit: string;
  /** What it throws is told above the button. */
  onSubmit: () => Promise<unknown>;
}

/** Fields, what is wrong, and the one button that sends them; a second tap while it is at work does nothing. */
export function Form({ children, submit, onSubmit }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function send(event: Event) {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setWrong(null);
    try {
      await onSubmit();
    } catch (error) {
      setWrong(wordsOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="stack" onSubmit={send} noValidate>
      {children}
      {wrong && (
        <Status kind="late" isLive>
          {wrong}
        </Status>
      )}
      <Button kind="primary" type="submit" isBusy={isBusy}>
        {submit}
      </Button>
    </form>
  );
}
