import { useEffect, useState } from "preact/hooks";

const REST_MS = 300;

/** What is typed into a search, once the fingers rest: then it is asked. */
export function useRested(typed: string): string {
  const [asked, setAsked] = useState(typed.trim());
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return asked;
}
