/** Minutes while they are being written: what stands on the screen, what the server has, and what is sent when. */
import { useEffect, useRef, useState } from "preact/hooks";
import { isPassing, type Meeting, Refused } from "../api/client";
import { vi } from "../i18n/vi";
import { useDraft } from "../ui/useDraft";
import { Said, wordsOf } from "../ui/words";
import {
  type Conclusion,
  type Content,
  disagrees,
  type Draft,
  EMPTY,
  isToKeep,
  NO_CONCLUSION,
  saysTheSame,
  type Served,
} from "./minutes";
import { Sender, servedAt, type Written } from "./sending";

const KEEP_EVERY_MS = 30_000;

/** What the server has; null: it has not said yet. `has` is that at once, for what is sent before the next look. */
function useServed(path: string) {
  const [served, setServed] = useState<Served | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const has = useRef<Served | null>(null);

  function hear(next: Served): void {
    has.current = next;
    setServed(next);
  }
  async function read() {
    setWrong(null);
    try {
      hear(await servedAt(path));
    } catch (error) {
      setWrong(wordsOf(error));
    }
  }
  useEffect(() => void read(), [path]);
  return { served, has, hear, wrong, read };
}

/** Runs what is the newest of it every so often, as long as the screen is there. */
function useEvery(ms: number, work: () => Promise<void>): void {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    const timer = setInterval(() => void latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

export function useMinutes(meeting: Meeting) {
  const path = `/v1/meetings/${meeting.id}/minutes`;
  const { served, has, hear, wrong, read } = useServed(path);
  const { draft, set, clear, isRead, isBegun, isKept } = useDraft<Draft>(`minutes:${meeting.id}`, EMPTY);
  const [isSaved, setSaved] = useState(false);
  const [keptAt, setKeptAt] = useState<number | null>(null);
  const shown: Content = isBegun || !served ? draft : served.content;
  const now: Written = { shown, draft: isBegun ? draft : null, topics: meeting.agenda.map((item) => item.id) };
  const written = useRef(now);
  written.current = now;
  const [sender] = useState(() => new Sender(path, has, written));
  const refused = useRef<Draft | null>(null);
  const other = isBegun && served && disagrees(draft, served) ? served : null;

  function edit(changed: Partial<Content>) {
    setSaved(false);
    set(isBegun ? changed : { ...shown, base: served?.version ?? null, ...changed });
  }
  function change(id: string, changed: Partial<Conclusion>) {
    const conclusion = { ...(shown.conclusions[id] ?? NO_CONCLUSION), ...changed };
    edit({ conclusions: { ...shown.conclusions, [id]: conclusion } });
  }

  /** What he writes now was begun from there. */
  function follow(version: number) {
    const his = written.current.draft;
    if (his) written.current = { ...written.current, draft: { ...his, base: version } };
    set({ base: version });
  }
  const look = () => sender.look(hear, follow);
  async function put(content: Content, publish: boolean): Promise<Served> {
    try {
      return await sender.put(content, publish, async () => void (sender.isLost && (await look())));
    } catch (error) {
      if (!(error instanceof Refused) || ![412, 428].includes(error.status)) throw error;
      await look();
      throw new Said(vi.minutes.other);
    }
  }
  /** True: it is there, and nothing newer is here. */
  async function send(publish: boolean): Promise<boolean> {
    if (other) throw new Said(vi.minutes.choose);
    const sent = shown;
    const next = await put(sent, publish);
    hear(next);
    // What he wrote while it was on its way is newer than what arrived.
    if (!saysTheSame(written.current.shown, sent)) {
      follow(next.version);
      return false;
    }
    await clear();
    setSaved(true);
    return true;
  }
  /** A phone may be lost before he has done; what goes wrong is told once he sends it himself. */
  async function keep() {
    const his = written.current.draft;
    if (sender.isBusy || !his || !has.current || his === refused.current || !isToKeep(his, has.current)) return;
    try {
      const next = await put(his, false);
      hear(next);
      follow(next.version);
      setKeptAt(Date.now());
    } catch (error) {
      if (error instanceof Refused && !isPassing(error.status)) refused.current = his;
    }
  }
  useEvery(KEEP_EVERY_MS, keep);

  return {
    shown,
    other,
    wrong,
    read,
    /** It is known what was left here and what the server has, or that it cannot be asked. */
    isReady: isRead && (served !== null || wrong !== null),
    isKept,
    isSaved,
    keptAt,
    edit,
    change,
    send,
    takeOther: clear,
    keepMine: () => other && set({ base: other.version }),
  };
}
