/** Papers of meetings, read once and readable without network: the next meeting's and the last two. What is restricted
 * never stays on a phone. */
import type { Home, Pack } from "../api/client";
import { dropCopies } from "./copies";
import { get, ofMember, putOf, remove } from "./db";
import { askAs } from "./session";
import { storable } from "./storable";

export interface PackRow {
  member_id: string;
  meeting_id: string;
  etag: string | null;
  /** Nothing of it was left out: "unchanged" is then answer enough. */
  is_whole: boolean;
  pack: Pack;
  saved_at: number;
}

const KEPT = 3;

/** A pack names all its papers, so its topics may name those that are open. */
export function storablePack(pack: Pack): Pack {
  const open = pack.documents.filter((document) => document.classification !== "restricted");
  return storable(pack, new Set(open.map((document) => document.id)))!;
}

/** The oldest of more than KEPT, by when their meetings are. */
export function surplus(rows: readonly PackRow[]): PackRow[] {
  const when = (row: PackRow) => Date.parse(row.pack.meeting.starts_at);
  return [...rows].sort((a, b) => when(b) - when(a)).slice(KEPT);
}

export function readPack(member: string, meeting: string): Promise<PackRow | undefined> {
  return get<PackRow>("packs", [member, meeting]);
}

export async function keepPack(member: string, pack: Pack, etag: string | null): Promise<void> {
  const kept = storablePack(pack);
  await putOf("packs", {
    member_id: member,
    meeting_id: pack.meeting.id,
    etag,
    is_whole: JSON.stringify(kept) === JSON.stringify(pack),
    pack: kept,
    saved_at: Date.now(),
  } satisfies PackRow);
  for (const old of surplus(await ofMember<PackRow>("packs", member))) await remove("packs", [member, old.meeting_id]);
}

export async function dropPack(member: string, meeting: string): Promise<void> {
  await remove("packs", [member, meeting]);
  await dropCopies(member, `/v1/meetings/${meeting}`);
}

/** Brings what Home says is newer than what is here. */
export async function prefetch(member: string, home: Home): Promise<void> {
  for (const { meeting_id, etag } of home.packs) {
    if ((await readPack(member, meeting_id))?.etag === etag) continue;
    const answer = await askAs<Pack>(member, "GET", `/v1/meetings/${meeting_id}/pack`);
    await keepPack(member, answer.body, answer.etag);
  }
}
