import type { Pack } from "../api/client";
import { dropPack, keepPack, readPack } from "../sync/packs";
import { type Loaded, useCopy } from "../ui/useCopy";

/** A meeting with its papers, from where packs are kept. */
export function usePack(meeting: string): Loaded<Pack> {
  return useCopy<Pack>(`/v1/meetings/${meeting}/pack`, {
    read: async (member) => {
      const row = await readPack(member, meeting);
      return row && { body: row.pack, etag: row.is_whole ? row.etag : null, saved_at: row.saved_at };
    },
    keep: keepPack,
    drop: (member) => dropPack(member, meeting),
  });
}
