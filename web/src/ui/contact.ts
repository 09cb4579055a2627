/** Whom this member calls: Home tells it with every answer, and the last one is kept for when there is no network. */
import { signal } from "@preact/signals";
import type { Home } from "../api/client";

const NAME = "sotay-contact";

function stored(): Home["contact"] {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "null") as Home["contact"];
  } catch {
    return null;
  }
}

export const contact = signal<Home["contact"]>(stored());

export function keepContact(who: Home["contact"]): void {
  contact.value = who;
  try {
    if (who) localStorage.setItem(NAME, JSON.stringify(who));
    else localStorage.removeItem(NAME);
  } catch {
    // A browser that keeps nothing asks again.
  }
}
