/** Who is signed in here, and his tokens. A lost answer to a refresh never signs anybody out: the pair {refresh token,
 * key} is kept before it is sent, and the same pair gets the same successor, whichever tab asks how often. */
import { signal } from "@preact/signals";
import { type Answer, type Asking, ask, isPassing, type Member, Refused, type Shapes, Unsettled } from "../api/client";
import { all, get, put, remove, request, type Revocation, transact, wipe } from "./db";
import { forgetHeard } from "./heard";
import { newKey, withLock } from "./lock";
import { dropSubscription, tellPushAgain } from "./subscription";

export interface SessionRow {
  member_id: string;
  /** Of this sign-in, whatever becomes of its tokens. */
  sign_in?: string;
  refresh_token: string;
  /** Of the refresh that is under way; null: none is. */
  key: string | null;
  access_token: string;
  expires_at: number;
  member: Member;
  /** The server said that it is over; what he wrote waits here for his next sign-in. */
  ended: boolean;
}

/** The session is over: sign in again. */
export class SignedOut extends Error {}

/** A token is renewed this long before it ends. */
const EARLY_MS = 30_000;

/** Who uses the app in this tab; undefined while that is being read. */
export const me = signal<SessionRow | null | undefined>(undefined);

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("sotay-session");

/** What another tab did with the session holds here too. */
if (channel) channel.onmessage = () => void load();

function tell(): void {
  channel?.postMessage("changed");
}

export function read(member: string): Promise<SessionRow | undefined> {
  return get<SessionRow>("session", member);
}

export async function load(): Promise<void> {
  const current = await get<{ name: string; value: string }>("settings", "current");
  me.value = (current && (await read(current.value))) ?? null;
  if (!me.value) forgetHeard(); // of this tab, whichever it was that he signed out in
}

/** All who have signed in on this phone. */
export function profiles(): Promise<SessionRow[]> {
  return all<SessionRow>("session");
}

export async function choose(member: string): Promise<void> {
  await put("settings", { name: "current", value: member });
  await load();
  tell();
}

/** A sign-in, an activation, a link: the member's new session takes the place of his old one. */
export async function begin(session: Shapes["Session"]): Promise<void> {
  const row: SessionRow = {
    member_id: session.member.id,
    sign_in: newKey(),
    refresh_token: session.refresh_token,
    key: null,
    access_token: session.access_token,
    expires_at: Date.now() + session.expires_in * 1000,
    member: session.member,
    ended: false,
  };
  await replace(row);
  await tellPushAgain(row.member_id);
  await choose(row.member_id);
  void tellRevocations();
}

/** The session that he had here ends at the server too: nobody holds it any more. */
function replace(row: SessionRow): Promise<unknown> {
  return transact(
    ["session", "revocations"],
    "readwrite",
    async (store) => {
      const old = await request<SessionRow | undefined>(store("session").get(row.member_id));
      if (old && !old.ended && old.refresh_token !== row.refresh_token)
        await request(store("revocations").put({ refresh_token: old.refresh_token } satisfies Revocation));
      await request(store("session").put(row));
    },
    true,
  );
}

function isGood(row: SessionRow, used: string | null): boolean {
  return row.access_token !== used && row.expires_at - EARLY_MS > Date.now();
}

/** The row with the key of the refresh that goes out now: its own, or, if none is under way, a new one, on disk. */
function prepare(member: string): Promise<SessionRow | undefined> {
  return transact(
    ["session"],
    "readwrite",
    async (store) => {
      const row = await request<SessionRow | undefined>(store("session").get(member));
      if (!row || row.key !== null) return row;
      const next = { ...row, key: newKey() };
      await request(store("session").put(next));
      return next;
    },
    true,
  );
}

/** What `change` makes of the row, if it still holds the token that was sent; else the row as it is. */
function settle(sent: SessionRow, change: (row: SessionRow) => SessionRow): Promise<SessionRow | undefined> {
  return transact(
    ["session"],
    "readwrite",
    async (store) => {
      const row = await request<SessionRow | undefined>(store("session").get(sent.member_id));
      if (!row || row.refresh_token !== sent.refresh_token) return row;
      const next = change(row);
      await request(store("session").put(next));
      return next;
    },
    true,
  );
}

async function exchange(sent: SessionRow): Promise<SessionRow | undefined> {
  try {
    const body = { refresh_token: sent.refresh_token, key: sent.key };
    const { body: session } = await ask<Shapes["Session"]>("POST", "/v1/auth/refresh", { body });
    return await settle(sent, (row) => ({
      ...row,
      refresh_token: session.refresh_token,
      key: null,
      access_token: session.access_token,
      expires_at: Date.now() + session.expires_in * 1000,
      member: session.member,
    }));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    // A late double is refused while its successor lives here already.
    return settle(sent, (row) => ({ ...row, key: null, ended: true }));
  }
}

function renew(member: string, used: string | null): Promise<SessionRow> {
  return withLock("sotay-refresh", async () => {
    const row = await read(member);
    if (row && !row.ended && isGood(row, used)) return row;
    const sent = row && !row.ended ? await prepare(member) : undefined;
    const next = sent && (await exchange(sent));
    if (me.value?.member_id === member) me.value = next ?? null;
    tell();
    if (!next || next.ended) throw new SignedOut();
    return next;
  });
}

/** A token of this member that is good for a while; `used`: one that was just refused. */
export async function tokenOf(member: string, used: string | null = null): Promise<string> {
  const row = await read(member);
  if (row && !row.ended && isGood(row, used)) return row.access_token;
  return (await renew(member, used)).access_token;
}

/** A request in the member's name. A token that is refused is renewed once. */
export async function askAs<T>(member: string, method: string, path: string, asking: Asking = {}): Promise<Answer<T>> {
  const token = await tokenOf(member);
  try {
    return await ask<T>(method, path, { ...asking, token });
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    return ask<T>(method, path, { ...asking, token: await tokenOf(member, token) });
  }
}

/** So long a screen waits for what the server has taken and not yet done. */
const SETTLE_MS = 60_000;
const AGAIN_MS = 2_000;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** In the member's name, whoever signs in here meanwhile. What was taken and is not done is no success yet: the same
 * request again, as of the queue, until it is. */
export async function askUntilDone<T>(
  member: string,
  method: string,
  path: string,
  asking: Asking = {},
): Promise<Answer<T>> {
  const until = Date.now() + SETTLE_MS;
  for (;;) {
    const answer = await askAs<T>(member, method, path, asking);
    if (answer.status !== 202 || asking.isJob || !asking.key) return answer;
    if (Date.now() > until) throw new Unsettled(path);
    await pause(answer.retryAfterS === null ? AGAIN_MS : answer.retryAfterS * 1000);
  }
}

/** As whoever is signed in in this tab now. */
export async function askMe<T>(method: string, path: string, asking: Asking = {}): Promise<Answer<T>> {
  if (!me.value) throw new SignedOut();
  return askUntilDone<T>(me.value.member_id, method, path, asking);
}

/** Signs out: here at once, with all that is kept of him, network or not; at the server as soon as it is reached, where
 * the device ends with its session. Nobody else's profile opens by itself: a phone may be shared. */
export async function signOut(member: string): Promise<void> {
  void dropSubscription(member).catch(() => undefined);
  await wipe(member);
  await put("settings", { name: "current", value: "" });
  await load();
  tell();
  await tellRevocations();
}

async function isRevoked(refresh_token: string): Promise<boolean> {
  try {
    await ask("POST", "/v1/auth/logout", { body: { refresh_token } });
    return true;
  } catch (error) {
    // A token that the server knows no more has nothing left to end.
    return error instanceof Refused && (error.status === 401 || !isPassing(error.status));
  }
}

/** Sessions that were ended here, and of which the server has not heard. */
export function tellRevocations(): Promise<void> {
  return withLock("sotay-revoke", async () => {
    for (const { refresh_token } of await all<Revocation>("revocations"))
      if (await isRevoked(refresh_token)) await remove("revocations", refresh_token);
  }).catch(() => undefined);
}
