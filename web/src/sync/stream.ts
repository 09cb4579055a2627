/** What happens at the server, as it happens: one stream for a browser, whichever tab reads it, told to all its tabs.
 * Without it the app is as fresh as its last question; nothing depends on it. */
import { effect } from "@preact/signals";
import { withLock } from "./lock";
import { me, SignedOut, tokenOf } from "./session";

export type News =
  | { event: "changed"; data: { type: string; id: string; version: number } }
  | { event: "inbox"; data: { unread: number } }
  | { event: "operation"; data: { id: string; state: string } }
  | { event: "resync"; data: Record<string, never> };

/** The lines of one answer's text/event-stream, as far as the server uses them: what is whole, and where the next
 * begins. A connection that breaks off in the middle of an event has told nothing of it, its place neither. */
export class Lines {
  private rest = "";
  private event = "";
  private data = "";
  private id: string | null = null;

  /** `lastId`: of what was heard before. */
  constructor(public lastId: string | null = null) {}

  take(text: string): News[] {
    const found: News[] = [];
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop()!;
    for (const line of lines) this.takeLine(line, found);
    return found;
  }

  private takeLine(line: string, found: News[]): void {
    const [name, value] = line.split(/: (.*)/s) as [string, string | undefined];
    if (name === "id" && value) this.id = value;
    if (name === "event" && value) this.event = value;
    if (name === "data" && value) this.data = value;
    if (line !== "") return;
    if (this.event && this.data) found.push(newsOf(this.event, this.data));
    this.lastId = this.id ?? this.lastId;
    this.event = this.data = "";
    this.id = null;
  }
}

/** Of what cannot be read nobody knows what it concerns. */
function newsOf(event: string, data: string): News {
  try {
    return { event, data: JSON.parse(data) } as News;
  } catch {
    return { event: "resync", data: {} };
  }
}

/** Whether what is shown of this question may be old now. */
export function concerns(path: string, news: News): boolean {
  const isHome = path === "/v1/me/home";
  switch (news.event) {
    case "resync":
      return true;
    case "inbox":
      return isHome || /^\/v1\/inbox(\?|$)/.test(path);
    case "changed":
      return path.includes(news.data.id) || (isHome && news.data.type !== "organization");
    default:
      return false;
  }
}

const listeners = new Set<(news: News) => void>();
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("sotay-stream");

function tellHere(news: News): void {
  for (const listener of listeners) listener(news);
}

/** How far each who has signed in here has heard: whichever tab reads next, and however much later, begins there. */
const places = new Map<string, string>();

interface Told {
  member: string;
  news: News[];
  place: string | null;
}

function hear({ member, news, place }: Told): void {
  if (place) places.set(member, place);
  if (member === me.value?.member_id) news.forEach(tellHere);
}
if (channel) channel.onmessage = ({ data }: MessageEvent<Told>) => hear(data);

/** Returns what ends it. */
export function onNews(listener: (news: News) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/** The server says something every 20 s; a network that is gone says nothing, not even that. */
const SILENCE_MS = 45_000;
const FIRST_MS = 3_000;
const LONGEST_MS = 60_000;

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, stop.aborted ? 0 : ms);
    stop.addEventListener("abort", end);
  });
}

/** Reads until it ends. Returns the status of the answer. */
async function readOnce(member: string, token: string, stop: AbortSignal): Promise<number> {
  const lines = new Lines(places.get(member));
  const own = new AbortController();
  const end = () => own.abort();
  stop.addEventListener("abort", end, { once: true });
  let silence = setTimeout(end, SILENCE_MS);
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream", Authorization: `Bearer ${token}` };
    if (lines.lastId) headers["Last-Event-ID"] = lines.lastId;
    const answer = await fetch("/v1/stream", { headers, cache: "no-store", redirect: "error", signal: own.signal });
    if (!answer.ok || !answer.body) return answer.status;
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return answer.status;
      clearTimeout(silence);
      silence = setTimeout(end, SILENCE_MS);
      const told = { member, news: lines.take(decoder.decode(value, { stream: true })), place: lines.lastId };
      if (told.news.length === 0 && told.place === places.get(member)) continue;
      channel?.postMessage(told satisfies Told);
      hear(told);
    }
  } finally {
    clearTimeout(silence);
    stop.removeEventListener("abort", end);
    end(); // of an answer that is not read to its end the connection stays open
  }
}

async function read(member: string, stop: AbortSignal): Promise<void> {
  let refused: string | null = null;
  for (let waitMs = FIRST_MS; !stop.aborted;) {
    const began = Date.now();
    try {
      const token = await tokenOf(member, refused);
      refused = (await readOnce(member, token, stop)) === 401 ? token : null;
    } catch (error) {
      if (error instanceof SignedOut) return;
    }
    waitMs = Date.now() - began > LONGEST_MS ? FIRST_MS : Math.min(waitMs * 2, LONGEST_MS);
    await pause(waitMs * (0.5 + Math.random() / 2), stop); // not all at once when a server comes back
  }
}

/* --- whose tab it is ---------------------------------------------------------------------------------------------- */

/** While this tab is seen, and somebody is signed in here, it reads or waits for the tab that does. */
export function startStream(): () => void {
  let stop = new AbortController();
  let last: string | undefined;
  function restart(): void {
    const member = me.value?.ended || document.visibilityState !== "visible" ? undefined : me.value?.member_id;
    if (member === last) return;
    last = member;
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    if (member) void withLock("sotay-stream", () => read(member, signal), signal).catch(() => undefined);
  }
  document.addEventListener("visibilitychange", restart);
  const end = effect(() => {
    void me.value;
    restart();
  });
  return () => {
    end();
    document.removeEventListener("visibilitychange", restart);
    stop.abort();
  };
}
