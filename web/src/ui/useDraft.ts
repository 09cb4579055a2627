import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { dropDraft, keepDraft, PAUSE_MS, readDraft } from "../sync/drafts";
import { me } from "../sync/session";

type Change<T> = Partial<T> | ((old: T) => Partial<T>);

export interface Drafting<T> {
  draft: T;
  /** The phone has been asked for what was left; before that nobody knows whether there is any. */
  isRead: boolean;
  /** There is something that he wrote. */
  isBegun: boolean;
  isKept: boolean;
  set: (change: Change<T>) => void;
  clear: () => Promise<void>;
}

/** What is being written, as it was left. It is kept at each pause of so long, and once more when the screen goes. */
export function useDraft<T>(subject: string, empty: T, pauseMs = PAUSE_MS): Drafting<T> {
  const [draft, setDraft] = useState<T>(empty);
  const [isRead, setRead] = useState(false);
  const [isBegun, setBegun] = useState(false);
  const [isKept, setKept] = useState(false);
  const now = useRef<T>(empty);
  const isTyped = useRef(false);
  const member = me.value?.member_id ?? "";

  const show = (value: T, isHis: boolean) => {
    now.current = value;
    setDraft(value);
    setBegun(isHis);
  };
  const keep = () => keepDraft(member, subject, now.current).then(() => setKept(true));

  useEffect(() => {
    let isCurrent = true;
    isTyped.current = false;
    setRead(false);
    show(empty, false);
    void readDraft<T>(member, subject)
      .catch(() => undefined)
      .then((found) => {
        if (!isCurrent) return;
        // What he typed before it was read is newer.
        if (found !== undefined && !isTyped.current) show(found, true);
        setRead(true);
      });
    return () => {
      isCurrent = false;
      if (isTyped.current) void keepDraft(member, subject, now.current).catch(() => undefined);
    };
  }, [member, subject]);

  useEffect(() => {
    if (!isTyped.current) return;
    const timer = setTimeout(() => void keep().catch(() => undefined), pauseMs);
    return () => clearTimeout(timer);
  }, [draft]);

  const set = useCallback((change: Change<T>) => {
    isTyped.current = true;
    setKept(false);
    show({ ...now.current, ...(typeof change === "function" ? change(now.current) : change) }, true);
  }, []);

  return {
    draft,
    isRead,
    isBegun,
    isKept,
    set,
    clear: async () => {
      isTyped.current = false;
      setKept(false);
      show(empty, false);
      await dropDraft(member, subject);
    },
  };
}
