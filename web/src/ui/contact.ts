/** Whom this member calls: Home tells it with every answer, and the last one is there without network too. */
import { signal } from "@preact/signals";
import type { Home } from "../api/client";
import { readCopy } from "../sync/copies";

type Contact = Home["contact"];
const told = signal<{ member: string; who: Contact } | null>(null);

export function contactOf(member: string | undefined): Contact {
  return told.value?.member === member ? (told.value?.who ?? null) : null;
}

export function keepContact(member: string, who: Contact): void {
  told.value = { member, who };
}

/** As the last Home said that is kept of him; whoever shares the phone calls another. */
export async function loadContact(member: string): Promise<void> {
  if (told.value?.member === member) return;
  const copy = await readCopy<Home>(member, "/v1/me/home").catch(() => undefined);
  if (told.peek()?.member !== member) keepContact(member, copy?.body.contact ?? null);
}
