import { beforeEach, expect, test, vi as vitest } from "vitest";
import { note, tellActivity } from "../src/sync/activity";
import { all, get, put, remove, type Revocation } from "../src/sync/db";
import {
  askAs,
  askMe,
  begin,
  load,
  me,
  read,
  type SessionRow,
  SignedOut,
  signOut,
  tellRevocations,
  tokenOf,
} from "../src/sync/session";
import { MEMBER, problem, serve, session } from "./browser";

async function isOld(): Promise<void> {
  await put("session", { ...(await read(MEMBER.id))!, expires_at: Date.now() - 1000 });
}

beforeEach(async () => {
  // What the test before left would be ended first.
  await remove("session", MEMBER.id);
  for (const { refresh_token } of await all<Revocation>("revocations")) await remove("revocations", refresh_token);
  await begin(session(1));
});

test("a good token is used as it is", async () => {
  const asked = serve(() => problem(500, "internal"));
  expect(await tokenOf(MEMBER.id)).toBe("access-1");
  expect(asked).toEqual([]);
});

test("an old one is renewed, once for all who ask at the same time", async () => {
  await isOld();
  const asked = serve(() => ({ status: 200, body: session(2) }));
  expect(await Promise.all([tokenOf(MEMBER.id), tokenOf(MEMBER.id)])).toEqual(["access-2", "access-2"]);
  // Without locks both may send, and then the same pair.
  expect(new Set(asked.map((each) => JSON.stringify(each.body))).size).toBe(1);
  expect(await read(MEMBER.id)).toMatchObject({ refresh_token: "refresh-2", key: null, ended: false });
});

test("the pair is on disk before it is sent, and a lost answer sends the same pair again", async () => {
  await isOld();
  const pairs: unknown[] = [];
  serve(async (asked, n) => {
    pairs.push(asked.body);
    expect(await get<SessionRow>("session", MEMBER.id)).toMatchObject({ key: asked.body.key });
    return n < 3 ? "lost" : { status: 200, body: session(2) };
  });
  await expect(tokenOf(MEMBER.id)).rejects.toThrow();
  await expect(tokenOf(MEMBER.id)).rejects.toThrow();
  expect(await tokenOf(MEMBER.id)).toBe("access-2");
  expect(pairs[1]).toEqual(pairs[0]);
  expect(pairs[2]).toEqual(pairs[0]);
});

test("a busy server signs nobody out", async () => {
  await isOld();
  for (const status of [429, 500, 503]) {
    serve(() => problem(status, "unavailable"));
    await expect(tokenOf(MEMBER.id)).rejects.toMatchObject({ status });
    expect(await read(MEMBER.id)).toMatchObject({ ended: false, refresh_token: "refresh-1" });
  }
});

test("a late double that is refused while the successor is here already harms nothing", async () => {
  await isOld();
  serve(async () => {
    // Another tab was answered first.
    await put("session", { ...(await read(MEMBER.id))!, ...session(2), key: null, expires_at: Date.now() + 600_000 });
    return problem(401, "token_superseded");
  });
  expect(await tokenOf(MEMBER.id)).toBe("access-2");
});

test("a session that is over asks for a sign-in, and keeps who it was", async () => {
  await isOld();
  serve(() => problem(401, "session_ended"));
  await expect(tokenOf(MEMBER.id)).rejects.toBeInstanceOf(SignedOut);
  expect(await read(MEMBER.id)).toMatchObject({ ended: true });
  expect(me.value?.member.full_name).toBe("Lê Văn An");
});

test("a token that the server refuses though it looks good is renewed once", async () => {
  const asked = serve((each) => {
    if (each.path === "/v1/auth/refresh") return { status: 200, body: session(2) };
    return each.token === "access-2" ? { status: 200, body: { fine: true } } : problem(401, "token_expired");
  });
  expect((await askAs(MEMBER.id, "GET", "/v1/me")).body).toEqual({ fine: true });
  expect(asked.map((each) => each.path)).toEqual(["/v1/me", "/v1/auth/refresh", "/v1/me"]);
});

test("what was taken is no success until it is done: a screen asks with the same key", async () => {
  const taken = { status: 202, body: { id: "operation" }, headers: { "Retry-After": "0" } };
  const asked = serve((_, n) => (n < 3 ? taken : { status: 201, body: { id: "document" } }));
  const answer = await askMe<{ id: string }>("POST", "/v1/documents", { body: {}, key: "0123456789" });
  expect(answer.body.id).toBe("document");
  expect(asked.map((each) => each.key)).toEqual(["0123456789", "0123456789", "0123456789"]);
});

test("it goes on in the name of who began it, though another signs in on the same phone", async () => {
  const other = { ...session(2), member: { ...MEMBER, id: "another" } };
  const asked = serve(async (_, n) => {
    if (n > 1) return { status: 200, body: {} };
    await begin(other);
    return { status: 202, body: {}, headers: { "Retry-After": "0" } };
  });
  await askMe("PUT", "/v1/meetings/1/absence", { body: {}, key: "0123456789" });
  expect(asked.map((each) => each.token)).toEqual(["access-1", "access-1"]);
});

test("a job that goes on by itself is not waited for", async () => {
  const asked = serve(() => ({ status: 202, body: { id: "operation" } }));
  await askMe("POST", "/v1/roster-imports", { body: {}, key: "0123456789", isJob: true });
  expect(asked).toHaveLength(1);
});

test("what was read is told once the server has it, which it says without a word", async () => {
  await note(MEMBER.id, "read", "meeting", "m1");
  serve(() => ({ status: 200, body: "<p>Wi-Fi</p>", headers: { "Content-Type": "text/html" } }));
  await tellActivity(MEMBER.id);
  const asked = serve(() => ({ status: 202 }));
  await tellActivity(MEMBER.id);
  await tellActivity(MEMBER.id);
  expect(asked).toHaveLength(1);
});

test("who signs out without network is gone here, and the server hears of it later", async () => {
  serve(() => "lost");
  await signOut(MEMBER.id);
  expect(await read(MEMBER.id)).toBeUndefined();
  expect(await all("revocations")).toEqual([{ refresh_token: "refresh-1" }]);
  serve(() => problem(503, "unavailable"));
  await tellRevocations();
  const asked = serve(() => ({ status: 204 }));
  await tellRevocations();
  await tellRevocations();
  expect(asked).toMatchObject([{ path: "/v1/auth/logout", body: { refresh_token: "refresh-1" } }]);
});

test("a session that the server knows no more need not be ended", async () => {
  const asked = serve(() => problem(401, "token_invalid"));
  await signOut(MEMBER.id);
  await tellRevocations();
  expect(asked).toHaveLength(1);
});

test("when one of two signs out, the other's profile does not open by itself", async () => {
  await put("session", { ...(await read(MEMBER.id))!, member_id: "another" });
  serve(() => ({ status: 204 }));
  await signOut(MEMBER.id);
  expect(me.value).toBeNull();
  expect(await read("another")).toBeDefined();
});

test("a browser that closes what it keeps under the app is opened once more", async () => {
  const transaction = IDBDatabase.prototype.transaction;
  let isClosed = true;
  IDBDatabase.prototype.transaction = function (...given: Parameters<typeof transaction>) {
    if (!isClosed) return transaction.apply(this, given);
    isClosed = false;
    throw new DOMException("closed", "InvalidStateError");
  };
  try {
    expect(await read(MEMBER.id)).toMatchObject({ member_id: MEMBER.id });
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
});

test("a new sign-in of the same member ends his session before at the server too", async () => {
  const asked = serve(() => ({ status: 204 }));
  await begin({ ...session(7), refresh_token: "refresh-of-before" });
  await begin(session(8));
  await vitest.waitFor(async () => expect(await all("revocations")).toEqual([]));
  const bodies = asked.filter(({ path }) => path === "/v1/auth/logout").map(({ body }) => body.refresh_token);
  expect(bodies).toContain("refresh-of-before");
  expect(bodies).not.toContain("refresh-8");
});

test("who signed out in another tab leaves in this one nothing of what was read to him", async () => {
  const tab: Record<string, unknown> = { "sotay-heard:1": "3", "sotay-other": "1" };
  tab.removeItem = (name: string) => delete tab[name];
  vitest.stubGlobal("sessionStorage", tab);
  await begin(session(1));
  expect(tab).toHaveProperty("sotay-heard:1");
  await put("settings", { name: "current", value: "" });
  await load();
  expect(tab).not.toHaveProperty("sotay-heard:1");
  expect(tab).toHaveProperty("sotay-other");
});
