import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Problem, Refused, Unreachable } from "../api/client";
import { keepCopy, readCopy } from "../sync/copies";
import { askAs, me, SignedOut } from "../sync/session";

export type Phase = "loading" | "fresh" | "offline" | "stale" | "error";
export interface Loaded<T> {
  data: T | null;
  savedAt: number | null;
  phase: Phase;
  problem: Problem | null;
  retry: () => void;
}

export interface Source<T> {
  /** What is here already. */
  read: (member: string) => Promise<{ body: T; etag: string | null; saved_at: number } | undefined>;
  keep: (member: string, body: T, etag: string | null) => Promise<void>;
}

function copiesOf<T>(path: string): Source<T> {
  return {
    read: (member) => readCopy<T>(member, path),
    keep: (member, body, etag) => keepCopy(member, path, body, etag),
  };
}

const EMPTY = { data: null, savedAt: null, phase: "loading" as Phase, problem: null };

/** The answer to a question: at once what is kept of it, then what the server says. `path` null: nothing yet. */
export function useCopy<T>(path: string | null, source?: Source<T>): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, "retry">>(EMPTY);
  const turn = useRef(0);
  const member = me.value?.member_id;

  const load = useCallback(async () => {
    if (!path || !member) return;
    const mine = ++turn.current;
    const { read, keep } = source ?? copiesOf<T>(path);
    const set = (change: Partial<Omit<Loaded<T>, "retry">>) => {
      if (mine === turn.current) setState((old) => ({ ...old, ...change }));
    };
    const kept = await read(member).catch(() => undefined);
    set(kept ? { data: kept.body, savedAt: kept.saved_at, phase: "loading", problem: null } : { phase: "loading" });
    try {
      const answer = await askAs<T>(member, "GET", path, { ifNoneMatch: kept?.etag ?? undefined });
      const body = answer.status === 304 && kept ? kept.body : answer.body;
      set({
        data: body,
        savedAt: answer.isStale ? (kept?.saved_at ?? Date.now()) : Date.now(),
        phase: answer.isStale ? "stale" : "fresh",
      });
      await keep(member, body, answer.etag ?? kept?.etag ?? null).catch(() => undefined);
    } catch (error) {
      if (error instanceof SignedOut) return;
      if (error instanceof Unreachable || (error instanceof Refused && error.status >= 500 && kept))
        set({ phase: "offline" });
      else if (error instanceof Refused)
        set({ phase: "error", problem: error.problem, data: error.status >= 500 ? (kept?.body ?? null) : null });
      else throw error;
    }
  }, [path, member]);

  useEffect(() => {
    setState(EMPTY);
    void load();
    const again = () => void load();
    addEventListener("online", again);
    return () => {
      turn.current++;
      removeEventListener("online", again);
    };
  }, [load]);
  return { ...state, retry: () => void load() };
}
