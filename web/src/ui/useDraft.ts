import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Change, changed, dropDraft, filled, keepDraft, PAUSE_MS, readDraft } from "../sync/drafts";
import { me } from "../sync/session";
import { draftOf } from "../sync/storable";

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

/** What is being written, as it was left. It is kept at each pause of so long, and once more when the screen goes.
 * `subject` null: it is about what stays on no phone, and is not kept. */
export function useDraft<T>(subject: string | null, empty: T, pauseMs = PAUSE_MS): Drafting<T> {
  const [draft, setDraft] = useState<T>(empty);
  const [isRead, setRead] = useState(false);
  const [isBegun, setBegun] = useState(false);
  const [isKept, setKept] = useState(false);
  const now = useRef<T>(empty);
  const isTyped = useRef(false);
  /** What he writes before it is known what was left: it is newer than that, and written into it. null: it is known. */
  const early = useRef<Change<T>[] | null>(null);
  const member = me.value?.member_id ?? "";

  const show = (value: T, isHis: boolean) => {
    now.current = value;
    setDraft(value);
    setBegun(isHis);
  };
  const keep = async (value: T) => {
    if (subject === null) return;
    await keepDraft(member, subject, value);
    setKept(true);
  };

  // Before he can write: what he wrote between the first picture and an effect after it would be taken away.
  useLayoutEffect(() => {
    let isCurrent = true;
    const first: Change<T>[] = [];
    early.current = first;
    isTyped.current = false;
    setRead(false);
    show(empty, false);
    const asked = subject === null ? Promise.resolve(undefined) : readDraft<T>(member, subject);
    const reading = asked.catch(() => undefined);
    const whole = (found: T | undefined) => first.reduce(changed<T>, filled(empty, found));
    void reading.then((found) => {
      if (!isCurrent) return;
      const isAwaited = early.current === first;
      if (isAwaited) early.current = null;
      if (isAwaited && (found !== undefined || first.length > 0)) show(whole(found), true);
      setRead(true);
    });
    return () => {
      isCurrent = false;
      if (!isTyped.current || subject === null) return;
      const last = now.current;
      const written = early.current === first ? reading.then(whole) : Promise.resolve(last);
      void written.then((value) => keepDraft(member, subject, value)).catch(() => undefined);
    };
  }, [member, subject]);

  useEffect(() => {
    if (!isTyped.current || early.current !== null) return;
    const timer = setTimeout(() => void keep(now.current).catch(() => undefined), pauseMs);
    return () => clearTimeout(timer);
  }, [draft]);

  const set = useCallback((change: Change<T>) => {
    isTyped.current = true;
    early.current?.push(change);
    setKept(false);
    show(changed(now.current, change), true);
  }, []);

  return {
    draft,
    isRead,
    isBegun,
    isKept,
    set,
    clear: async () => {
      isTyped.current = false;
      early.current = null;
      setKept(false);
      show(empty, false);
      if (subject !== null) await dropDraft(member, subject);
    },
  };
}

/** What is being written about a paper. Of a restricted one nothing is kept, nor what an earlier version kept. */
export function useDraftOf<T>(what: string, paper: { id: string; classification: string }, empty: T): Drafting<T> {
  const subject = draftOf(what, paper);
  const member = me.value?.member_id ?? "";
  useEffect(() => {
    if (subject === null) void dropDraft(member, `${what}:${paper.id}`).catch(() => undefined);
  }, [member, subject, what, paper.id]);
  return useDraft(subject, empty);
}
