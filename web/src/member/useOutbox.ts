import { useEffect, useState } from "preact/hooks";
import { changes, type OutboxRow, waiting } from "../sync/outbox";
import { me } from "../sync/session";

/** What waits of the member, read anew with each change, by whichever tab. null: it has not been read yet, and nobody
 * knows whether anything waits. */
export function useOutbox(): OutboxRow[] | null {
  const [found, setFound] = useState<{ member: string; rows: OutboxRow[] } | null>(null);
  const member = me.value?.member_id;
  const change = changes.value;
  useEffect(() => {
    let isCurrent = true;
    if (member) void waiting(member).then((rows) => isCurrent && setFound({ member, rows }));
    return () => {
      isCurrent = false;
    };
  }, [member, change]);
  return found && found.member === member ? found.rows : null;
}
