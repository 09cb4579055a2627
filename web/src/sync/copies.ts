/** The last answer to each question, so that a screen is there at once, and without network at all. */
import { get, ofMember, putOf, remove, request, transact } from "./db";
import { storable } from "./storable";

export interface Copy<T> {
  member_id: string;
  path: string;
  etag: string | null;
  body: T;
  saved_at: number;
}

const KEPT = 200;

export function readCopy<T>(member: string, path: string): Promise<Copy<T> | undefined> {
  return get<Copy<T>>("copies", [member, path]);
}

export async function keepCopy<T>(member: string, path: string, body: T, etag: string | null): Promise<void> {
  const kept = storable(body);
  if (kept === undefined) return;
  // What is not whole here must be asked for whole again.
  const isWhole = JSON.stringify(kept) === JSON.stringify(body);
  await putOf("copies", {
    member_id: member,
    path,
    etag: isWhole ? etag : null,
    body: kept,
    saved_at: Date.now(),
  } satisfies Copy<T>);
}

/** What is below a path, or asked of it with a query: "/" to "0" and "?" to "@" are one letter apart. */
function rangesOf(member: string, path: string): IDBKeyRange[] {
  const between = (from: string, to: string) =>
    IDBKeyRange.bound([member, path + from], [member, path + to], false, true);
  return [IDBKeyRange.only([member, path]), between("/", "0"), between("?", "@")];
}

/** A thing is not his to see any more: its copy goes, with those of all that is part of it. */
export function dropCopies(member: string, path: string): Promise<void> {
  return transact(["copies"], "readwrite", async (store) => {
    for (const range of rangesOf(member, path)) await request(store("copies").delete(range));
  });
}

/** At a start: what is beyond the newest KEPT goes. */
export async function prune(member: string): Promise<void> {
  const rows = (await ofMember<Copy<unknown>>("copies", member)).sort((a, b) => b.saved_at - a.saved_at);
  for (const row of rows.slice(KEPT)) await remove("copies", [member, row.path]);
}
