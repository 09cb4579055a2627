import { useEffect, useState } from "preact/hooks";
import { changes, type OutboxRow, waiting } from "../sync/outbox";
import { me } from "../sync/session";

/** What waits of the member, read anew with each change, by whichever tab. */
export function useOutbox(): OutboxRow[] {
  const [rows, setRows] = useState<OutboxRow[]>([]);
  const member = me.value?.member_id;
  const change = changes.value;
  useEffect(() => {
    let isCurrent = true;
    if (member) void waiting(member).then((found) => isCurrent && setRows(found));
    return () => {
      isCurrent = false;
    };
  }, [member, change]);
  return rows;
}
