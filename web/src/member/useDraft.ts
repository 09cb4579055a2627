import { useEffect, useRef, useState } from "preact/hooks";
import { dropDraft, keepDraft, PAUSE_MS, readDraft } from "../sync/drafts";
import { me } from "../sync/session";

/** What is being written, as it was left. It is kept at each pause, and once more when the screen goes. */
export function useDraft<T>(
  subject: string,
  empty: T,
): {
  draft: T;
  set: (change: Partial<T>) => void;
  isKept: boolean;
  clear: () => Promise<void>;
} {
  const [draft, setDraft] = useState<T>(empty);
  const [isKept, setKept] = useState(false);
  const latest = useRef<T | null>(null);
  const member = me.value?.member_id ?? "";

  useEffect(() => {
    void readDraft<T>(member, subject).then((found) => {
      // What he typed before it was read is newer.
      if (found && latest.current === null) setDraft(found);
    });
    return () => {
      if (latest.current !== null) void keepDraft(member, subject, latest.current);
    };
  }, [member, subject]);

  useEffect(() => {
    if (latest.current === null) return;
    const timer = setTimeout(() => void keepDraft(member, subject, draft).then(() => setKept(true)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);

  return {
    draft,
    isKept,
    set: (change) => {
      latest.current = { ...draft, ...change };
      setKept(false);
      setDraft(latest.current);
    },
    clear: async () => {
      latest.current = null;
      setKept(false);
      setDraft(empty);
      await dropDraft(member, subject);
    },
  };
}
