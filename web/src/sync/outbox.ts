/** What was written and is not yet with the server. A row is on disk before anybody is told "Đã lưu"; it leaves when
 * the server has it. It is sent with one key however often, so it arrives once; in order for each subject; by one tab
 * at a time.
 *
 *      saved ──▶ sending ──2xx──▶ (gone)
 *        ▲          │ 202 ──▶ accepted ──▶ the same request again, until its end is known
 *        └─no answer, 429, 5xx     other 4xx ──▶ refused: whole, with the reason; the member decides */
import { signal } from "@preact/signals";
import { isPassing, type Problem, Refused, Unreachable } from "../api/client";
import { ofMember, request, transact } from "./db";
import { newKey, withLock } from "./lock";
import { askAs, SignedOut } from "./session";

export type State = "saved" | "sending" | "accepted" | "refused";
export interface OutboxRow {
  key: string;
  member_id: string;
  method: string;
  path: string;
  body: unknown;
  /** What the row is about: those of one subject are sent in their order. */
  subject: string;
  /** What he wrote, and where, to be shown. */
  text: string;
  title: string;
  seq: number;
  created_at: number;
  sent_once: boolean;
  state: State;
  tries: number;
  again_at: number;
  /** The server named that time: only who presses "send" himself goes before it. */
  is_told: boolean;
  problem: Problem | null;
}
export type Writing = Pick<OutboxRow, "method" | "path" | "body" | "subject" | "text" | "title">;

/** The server forgets keys after 45 days. */
export const DAYS_MOST = 40;
const DAY_MS = 86_400_000;
const WAIT_MOST_MS = 300_000;
const ACCEPTED_MS = 2_000;

/** Rises with every change, so that who shows the queue reads it anew. */
export const changes = signal(0);
/** When what was sent since this tab was opened arrived, by its key, whichever tab sent it. */
export const arrived = signal<ReadonlyMap<string, number>>(new Map());

interface Arrival {
  key: string;
  at: number;
}

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("sotay-outbox");
if (channel) channel.onmessage = (event: MessageEvent<Arrival | null>) => hear(event.data);

function hear(arrival: Arrival | null): void {
  if (arrival) arrived.value = new Map(arrived.value).set(arrival.key, arrival.at);
  changes.value++;
}

/** Here, and in the other tabs. */
function changed(arrival: Arrival | null = null): void {
  hear(arrival);
  channel?.postMessage(arrival);
}

export function rowOf(member: string, writing: Writing, now = Date.now()): OutboxRow {
  const { method, path, body, subject, text, title } = writing;
  return {
    key: newKey(now),
    member_id: member,
    method,
    path,
    body,
    subject,
    text,
    title,
    seq: now,
    created_at: now,
    sent_once: false,
    state: "saved",
    tries: 0,
    again_at: 0,
    is_told: false,
    problem: null,
  };
}

/** Kept on disk once it returns. Its `seq` is behind all that wait. */
export async function save(member: string, writing: Writing, instead?: string): Promise<OutboxRow> {
  const row = rowOf(member, writing);
  await transact(
    ["session", "outbox"],
    "readwrite",
    async (store) => {
      // Who has signed out meanwhile leaves nothing here, nor anything that would go out later.
      if ((await request(store("session").getKey(member))) === undefined) throw new SignedOut();
      const others = await request<OutboxRow[]>(store("outbox").index("member").getAll(member));
      row.seq = others.reduce((most, other) => Math.max(most, other.seq + 1), row.seq);
      if (instead) await request(store("outbox").delete(instead));
      await request(store("outbox").put(row));
    },
    true,
  );
  changed();
  return row;
}

export async function waiting(member: string): Promise<OutboxRow[]> {
  return (await ofMember<OutboxRow>("outbox", member)).sort((a, b) => a.seq - b.seq);
}

/** Which field of a writing holds his own words, for him to put right; null: none does. */
export function wordsIn(body: unknown): "reason" | "text" | "comment" | null {
  const fields = (body ?? {}) as Record<string, unknown>;
  return (["reason", "text", "comment"] as const).find((name) => name in fields) ?? null;
}

/** The writing with his words put right. A comment that he emptied is none: what it went with stands without it. */
export function reworded(body: unknown, words: string): Record<string, unknown> {
  const name = wordsIn(body) ?? "text";
  const { [name]: _, ...others } = body as Record<string, unknown>;
  return name === "comment" && !words ? others : { ...others, [name]: words };
}

/** He has read why it was refused, and lets it go. */
export async function drop(key: string): Promise<void> {
  await transact(["outbox"], "readwrite", (store) => request(store("outbox").delete(key)));
  changed();
}

/** How long until the next try: what the server says, else 2^n seconds, at most five minutes, and not all at once. */
export function pauseMs(tries: number, retryAfterS: number | null, random = Math.random()): number {
  const ms = retryAfterS !== null ? retryAfterS * 1000 : Math.min(2 ** Math.min(tries, 12) * 1000, WAIT_MOST_MS);
  return Math.round(Math.min(ms, WAIT_MOST_MS) * (1 + random / 4));
}

/** What becomes of a row that was not taken. */
export function afterError(row: OutboxRow, error: unknown, now: number): OutboxRow {
  const isLater = error instanceof Unreachable || (error instanceof Refused && isPassing(error.status));
  if (isLater) {
    const after = error instanceof Refused ? error.retryAfterS : null;
    const again_at = now + pauseMs(row.tries, after);
    return { ...row, state: "saved", tries: row.tries + 1, again_at, is_told: after !== null };
  }
  if (error instanceof Refused) return { ...row, state: "refused", problem: error.problem };
  return { ...row, state: "saved" };
}

export function isTooOld(row: OutboxRow, now: number): boolean {
  return now - row.created_at > DAYS_MOST * DAY_MS;
}

const TOO_OLD: Problem = {
  type: "about:blank",
  title: "",
  status: 409,
  code: "too_old",
  detail: null,
  errors: [],
  correlation_id: null,
};

/** The next row to send: the oldest of a subject of which nothing older waits, and whose time has come. */
export function nextOf(rows: readonly OutboxRow[], now: number): OutboxRow | null {
  const blocked = new Set<string>();
  for (const row of rows) {
    if (row.state === "refused" || blocked.has(row.subject)) continue;
    if (row.again_at <= now) return row;
    blocked.add(row.subject);
  }
  return null;
}

async function keep(row: OutboxRow): Promise<void> {
  await transact(
    ["outbox"],
    "readwrite",
    async (store) => {
      // He may have signed out meanwhile: then nothing of his comes back.
      if (await request(store("outbox").get(row.key))) await request(store("outbox").put(row));
    },
    true,
  );
  changed();
}

async function arrive(row: OutboxRow): Promise<void> {
  await transact(["outbox"], "readwrite", (store) => request(store("outbox").delete(row.key)), true);
  changed({ key: row.key, at: Date.now() });
}

async function sendRow(row: OutboxRow): Promise<void> {
  if (isTooOld(row, Date.now())) return keep({ ...row, state: "refused", problem: TOO_OLD });
  const sending: OutboxRow = { ...row, state: row.state === "accepted" ? "accepted" : "sending", sent_once: true };
  await keep(sending);
  try {
    const asking = { body: row.body, key: row.key, waitS: 10 };
    const answer = await askAs(row.member_id, row.method, row.path, asking);
    if (answer.status !== 202) return await arrive(row);
    const after = answer.retryAfterS ? answer.retryAfterS * 1000 : ACCEPTED_MS;
    await keep({ ...sending, state: "accepted", again_at: Date.now() + after, is_told: true });
  } catch (error) {
    await keep(afterError(sending, error, Date.now()));
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
  }
}

async function sendAll(member: string): Promise<void> {
  for (;;) {
    const row = nextOf(await waiting(member), Date.now());
    if (!row) return;
    await sendRow(row);
  }
}

/** By member: two may share the phone. */
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Looks again when the first that waits for its time may go. */
async function lookAgain(member: string): Promise<void> {
  const times = (await waiting(member)).filter((row) => row.state !== "refused").map((row) => row.again_at);
  clearTimeout(timers.get(member));
  timers.delete(member);
  if (times.length === 0) return;
  const pause = Math.max(500, Math.min(...times) - Date.now());
  timers.set(
    member,
    setTimeout(() => void flush(member), pause),
  );
}

/** Sends what may be sent. Never fails: what could not be sent waits. */
export async function flush(member: string): Promise<void> {
  try {
    await withLock("sotay-outbox", () => sendAll(member));
    await lookAgain(member);
  } catch {
    // Signed out, or the disk refuses: the rows are there, and the next start looks at them.
  }
}

/** Takes off the waiting of those rows, and sends. */
async function hurry(member: string, which: (row: OutboxRow) => boolean): Promise<void> {
  await transact(["outbox"], "readwrite", async (store) => {
    for (const row of await request<OutboxRow[]>(store("outbox").index("member").getAll(member)))
      if (row.again_at > 0 && row.state !== "refused" && which(row))
        await request(store("outbox").put({ ...row, again_at: 0, is_told: false }));
  });
  await flush(member);
}

/** The member asks for it: nothing waits. */
export function flushNow(member: string): Promise<void> {
  return hurry(member, () => true);
}

/** The network is back, or the app is looked at: what waits by our own reckoning need not; what the server said holds
 * on. */
export function flushAgain(member: string): Promise<void> {
  return hurry(member, (row) => !row.is_told);
}
