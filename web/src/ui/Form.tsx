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
  /** "Enter" in a field, which a keyboard of a phone calls "Go" or "Search", sends it too: only where nothing comes of
   * it that cannot be done again, as a search or a sign-in. */
  isByEnter?: boolean;
}

/** Fields, what is wrong, and the one button that sends them; a second tap while it is at work does nothing. Nothing
 * else sends them: who looks for a name in a field says by "Enter" that he wants to see it found. */
export function Form({ children, submit, onSubmit, isByEnter = false }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function send() {
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

  // A form without a button of type "submit" is still submitted by "Enter", if it has one field only.
  function byBrowser(event: Event) {
    event.preventDefault();
    if (isByEnter) void send();
  }

  return (
    <form class="stack" onSubmit={byBrowser} noValidate>
      {children}
      {wrong && (
        <Status kind="late" isLive>
          {wrong}
        </Status>
      )}
      <Button
        kind="primary"
        type={isByEnter ? "submit" : "button"}
        onPress={isByEnter ? undefined : send}
        isBusy={isBusy}
      >
        {submit}
      </Button>
    </form>
  );
}
