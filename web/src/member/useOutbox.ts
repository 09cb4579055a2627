import { useEffect, useState } from "preact/hooks";
import { changes, type OutboxRow, waiting } from "../sync/outbox";
import { me } from "../sync/session";

export interface Outbox {
  /** null: it has not been read, and nobody knows whether anything waits. */
  rows: OutboxRow[] | null;
  /** The phone was asked, and could not say. */
  isUnknown: boolean;
}

/** What waits of the member, read anew with each change, by whichever tab. */
export function useOutbox(): Outbox {
  const [found, setFound] = useState<{ member: string; rows: OutboxRow[] | null } | null>(null);
  const member = me.value?.member_id;
  const change = changes.value;
  useEffect(() => {
    let isCurrent = true;
    const say = (member: string, rows: OutboxRow[] | null) => isCurrent && setFound({ member, rows });
    if (member)
      void waiting(member).then(
        (rows) => say(member, rows),
        () => say(member, null),
      );
    return () => {
      isCurrent = false;
    };
  }, [member, change]);
  const own = found && found.member === member ? found : null;
  return { rows: own?.rows ?? null, isUnknown: own !== null && own.rows === null };
}
