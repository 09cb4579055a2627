/** How far a text was read aloud: of this tab, as long as it is open. */
const PLACE = "sotay-heard:";

export function heardTo(document: string): number {
  return Number(sessionStorage.getItem(PLACE + document) ?? 0);
}

/** null: to its end. */
export function keepHeard(document: string, place: number | null): void {
  if (place === null) sessionStorage.removeItem(PLACE + document);
  else sessionStorage.setItem(PLACE + document, String(place));
}

/** Which papers they were is nobody else's to see. */
export function forgetHeard(): void {
  const names = Object.keys(globalThis.sessionStorage ?? {});
  for (const name of names) if (name.startsWith(PLACE)) sessionStorage.removeItem(name);
}
