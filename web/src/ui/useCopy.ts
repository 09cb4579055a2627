import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Refused, Unreachable } from "../api/client";
import { dropCopies, keepCopy, readCopy } from "../sync/copies";
import { askAs, me, SignedOut } from "../sync/session";
import { concerns, onNews } from "../sync/stream";
import { afterAnswer, afterError, asking, isGone, type Kept, NOTHING_SHOWN, type Shown } from "./loaded";

export interface Loaded<T> extends Shown<T> {
  retry: () => void;
}

/** Where what was answered is kept. */
export interface Source<T> {
  read: (member: string) => Promise<Kept<T> | undefined>;
  keep: (member: string, body: T, etag: string | null) => Promise<void>;
  /** It is not his to see any more. */
  drop: (member: string) => Promise<void>;
}

const nothing = async () => undefined;
export const NOT_KEPT = { read: nothing, keep: nothing, drop: nothing };
/** What is to be kept as everything is, unless it is not to be kept at all. */
export type Keeping = typeof NOT_KEPT | undefined;

function copiesOf<T>(path: string): Source<T> {
  return {
    read: (member) => readCopy<T>(member, path),
    keep: (member, body, etag) => keepCopy(member, path, body, etag),
    drop: (member) => dropCopies(member, path),
  };
}

/** After news of so many at once that nobody names them, every app asks anew: not all in one second. */
const SPREAD_MS = 8_000;
/** Several things change together: one question for all. */
const GATHER_MS = 200;

/** Calls `load` when the server says that what is shown of `path` is old. Returns what ends it. */
function followNews(path: string | null, load: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = onNews((news) => {
    if (!path || timer !== undefined || !concerns(path, news)) return;
    const waitMs = news.event === "resync" ? Math.random() * SPREAD_MS : GATHER_MS;
    timer = setTimeout(() => {
      timer = undefined;
      load();
    }, waitMs);
  });
  return () => {
    end();
    clearTimeout(timer);
  };
}

/** The answer to a question: at once what is kept of it, then what the server says. `path` null: nothing yet. */
export function useCopy<T>(path: string | null, source?: Source<T>, as?: "text"): Loaded<T> {
  const [state, setState] = useState<Shown<T>>(NOTHING_SHOWN);
  const turn = useRef(0);
  const member = me.value?.member_id;

  const load = useCallback(async () => {
    if (!path || !member) return;
    const mine = ++turn.current;
    const { read, keep, drop } = source ?? copiesOf<T>(path);
    const set = (change: (shown: Shown<T>) => Shown<T>) => {
      if (mine === turn.current) setState(change);
    };
    const kept = await read(member).catch(() => undefined);
    set((shown) => asking(shown, kept));
    try {
      const answer = await askAs<T>(member, "GET", path, { ifNoneMatch: kept?.etag ?? undefined, as });
      const shown = afterAnswer(answer, kept, Date.now());
      set(() => shown);
      if (shown.phase === "fresh")
        await keep(member, shown.data as T, answer.etag ?? kept?.etag ?? null).catch(() => undefined);
    } catch (error) {
      if (error instanceof SignedOut) return;
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      const no = error;
      set((shown) => afterError(shown, no));
      if (isGone(error)) await drop(member).catch(() => undefined);
    }
  }, [path, member]);

  useEffect(() => {
    setState(NOTHING_SHOWN);
    void load();
    const again = () => void load();
    addEventListener("online", again);
    const endNews = followNews(path, again);
    return () => {
      turn.current++;
      endNews();
      removeEventListener("online", again);
    };
  }, [load]);
  return { ...state, retry: () => void load() };
}
