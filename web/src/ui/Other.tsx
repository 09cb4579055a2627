import { vi } from "../i18n/vi";
import { Button } from "./Button";
import { Status } from "./Status";
import type { Fields } from "./typed";
import type { Typing } from "./useTyped";

interface Props<T> {
  of: Typing<T>;
  /** A field and what it holds, in words. */
  line: (name: keyof T, value: string) => string;
}

/** What somebody else wrote meanwhile, beside what is typed: he says which is to stand. */
export function Other<T extends Fields<T>>({ of: { other, keepMine, takeOther }, line }: Props<T>) {
  if (!other) return null;
  return (
    <section class="card">
      <Status kind="waiting" isLive>
        {vi.minutes.other}
      </Status>
      <ul>
        {(Object.keys(other) as (keyof T)[]).map((name) => (
          <li key={String(name)}>{line(name, String(other[name]))}</li>
        ))}
      </ul>
      <Button onPress={keepMine}>{vi.minutes.keepMine}</Button>
      <Button kind="quiet" onPress={takeOther}>
        {vi.minutes.takeOther}
      </Button>
    </section>
  );
}
