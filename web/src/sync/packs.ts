/** Papers of meetings, read once and readable without network: the next meeting's and the last two. What is restricted
 * never stays on a phone. */
import type { Home, Pack } from "../api/client";
import { get, ofMember, put, remove } from "./db";
import { askAs } from "./session";

export interface PackRow {
  member_id: string;
  meeting_id: string;
  etag: string | null;
  pack: Pack;
  saved_at: number;
}

const KEPT = 3;

/** What may lie on a phone. */
export function storable(pack: Pack): Pack {
  const hidden = new Set(pack.documents.filter((each) => each.classification === "restricted").map((each) => each.id));
  if (hidden.size === 0) return pack;
  const agenda = pack.meeting.agenda.map((item) => ({
    ...item,
    documents: item.documents.filter((document) => !hidden.has(document.id)),
  }));
  return {
    ...pack,
    meeting: { ...pack.meeting, agenda },
    documents: pack.documents.filter((each) => !hidden.has(each.id)),
  };
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
  const row = { member_id: member, meeting_id: pack.meeting.id, etag, pack: storable(pack), saved_at: Date.now() };
  await put("packs", row satisfies PackRow);
  for (const old of surplus(await ofMember<PackRow>("packs", member))) await remove("packs", [member, old.meeting_id]);
}

/** Brings what Home says is newer than what is here. */
export async function prefetch(member: string, home: Home): Promise<void> {
  for (const { meeting_id, etag } of home.packs) {
    if ((await readPack(member, meeting_id))?.etag === etag) continue;
    const answer = await askAs<Pack>(member, "GET", `/v1/meetings/${meeting_id}/pack`);
    await keepPack(member, answer.body, answer.etag);
  }
}
