import { useEffect, useRef, useState } from "preact/hooks";
import { clashesOf, type Fields } from "./typed";

export interface Typing<T> {
  /** What the fields show. */
  form: T;
  /** What he touched. */
  typed: Partial<T>;
  /** What somebody else made of fields that he touched; null: nothing. He is asked which is to stand. */
  other: Partial<T> | null;
  set: (change: Partial<T>) => void;
  keepMine: () => void;
  takeOther: () => void;
  /** The server has it: the next version shows what is so. */
  sent: () => void;
}

/** Fields over what the server has: a newer version of it, whenever it comes, takes nothing away that was typed. */
export function useTyped<T extends Fields<T>>(served: T, version: number): Typing<T> {
  const [typed, setTyped] = useState<Partial<T>>({});
  const [base, setBase] = useState(served);
  const [isSent, setSent] = useState(false);
  const now = useRef(served);
  now.current = served;
  const isBegun = Object.keys(typed).length > 0;
  const clashes = isBegun ? clashesOf(base, typed, served) : {};
  useEffect(() => {
    if (isSent) setTyped({});
    setSent(false);
  }, [version]);
  return {
    form: { ...served, ...typed },
    typed,
    other: Object.keys(clashes).length > 0 ? clashes : null,
    set: (change) => {
      if (!isBegun) setBase(served);
      setSent(false);
      setTyped((old) => ({ ...old, ...change }));
    },
    keepMine: () => setBase(served),
    takeOther: () => {
      const left = Object.entries(typed).filter(([name]) => !(name in clashes));
      setTyped(Object.fromEntries(left) as Partial<T>);
      setBase(served);
    },
    sent: () => {
      setBase(now.current); // what he said may stand in it already
      setSent(true);
    },
  };
}
