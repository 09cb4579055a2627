/** The last answer to each question, so that a screen is there at once, and without network at all. */
import { get, ofMember, put, remove } from "./db";

export interface Copy<T> {
  member_id: string;
  path: string;
  etag: string | null;
  body: T;
  saved_at: number;
}

const KEPT = 200;

/** What may lie on a phone: restricted papers never do, not even their titles in a list. */
export function storable<T>(value: T): T | undefined {
  if (Array.isArray(value)) return value.map(storable).filter((each) => each !== undefined) as T;
  if (typeof value !== "object" || value === null) return value;
  if ((value as { classification?: unknown }).classification === "restricted") return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, storable(inner)])) as T;
}

export function readCopy<T>(member: string, path: string): Promise<Copy<T> | undefined> {
  return get<Copy<T>>("copies", [member, path]);
}

export async function keepCopy<T>(member: string, path: string, body: T, etag: string | null): Promise<void> {
  const kept = storable(body);
  if (kept === undefined) return;
  // A list that is not whole here must be asked for whole again.
  const isWhole = JSON.stringify(kept) === JSON.stringify(body);
  await put("copies", {
    member_id: member,
    path,
    etag: isWhole ? etag : null,
    body: kept,
    saved_at: Date.now(),
  } satisfies Copy<T>);
}

/** At a start: what is beyond the newest KEPT goes. */
export async function prune(member: string): Promise<void> {
  const rows = (await ofMember<Copy<unknown>>("copies", member)).sort((a, b) => b.saved_at - a.saved_at);
  for (const row of rows.slice(KEPT)) await remove("copies", [member, row.path]);
}
