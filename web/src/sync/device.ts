/** This browser's own name, as the server knows its devices by. */
import { newKey } from "./lock";

const NAME = "sotay-device";

export function deviceId(): string {
  try {
    const kept = localStorage.getItem(NAME);
    if (kept) return kept;
    const made = `web-${newKey()}`;
    localStorage.setItem(NAME, made);
    return made;
  } catch {
    return `web-${newKey()}`;
  }
}
