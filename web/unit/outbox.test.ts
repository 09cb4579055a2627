import { beforeEach, expect, test, vi } from "vitest";
import { startSending } from "../src/start";
import { all, put, remove } from "../src/sync/db";
import {
  arrived,
  drop,
  flush,
  flushAgain,
  flushNow,
  isTooOld,
  nextOf,
  type OutboxRow,
  pauseMs,
  rowOf,
  save,
  waiting,
  reworded,
  wordsIn,
} from "../src/sync/outbox";
import { askAs, begin, read, SignedOut, signOut } from "../src/sync/session";
import { MEMBER, problem, serve, session } from "./browser";

function writing(text: string, subject = "meeting:1") {
  return { method: "POST", path: "/v1/meetings/1/comments", body: { text }, subject, text, title: "Góp ý" };
}

function texts(rows: { body: unknown }[]): unknown[] {
  return rows.map((row) => (row.body as { text: string }).text);
}

beforeEach(async () => {
  await begin(session(1));
  for (const row of await all<OutboxRow>("outbox")) await drop(row.key);
});

test("what the server has leaves the queue", async () => {
  const row = await save(MEMBER.id, writing("một"));
  const asked = serve(() => ({ status: 201, body: {} }));
  await flush(MEMBER.id);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ key: row.key, body: { text: "một" }, token: "access-1" });
  expect(await waiting(MEMBER.id)).toEqual([]);
  expect(arrived.value.get(row.key)).toBeTypeOf("number");
});

test("without network it waits, and goes out with the same key", async () => {
  await save(MEMBER.id, writing("một"));
  const lost = serve(() => "lost");
  await flush(MEMBER.id);
  expect(await waiting(MEMBER.id)).toMatchObject([{ state: "saved", sent_once: true, tries: 1 }]);
  const taken = serve(() => ({ status: 201, body: {} }));
  await flush(MEMBER.id);
  expect(taken).toEqual([]); // its time has not come
  await flushNow(MEMBER.id);
  expect(taken[0]!.key).toBe(lost[0]!.key);
});

test("a page of a network that wants a password is no answer: nothing has been sent", async () => {
  await save(MEMBER.id, writing("một"));
  serve(() => ({ status: 200, body: "<p>Wi-Fi</p>", headers: { "Content-Type": "text/html" } }));
  await flush(MEMBER.id);
  expect(await waiting(MEMBER.id)).toMatchObject([{ state: "saved", tries: 1 }]);
});

test("what is accepted is asked for again until its end is known", async () => {
  await save(MEMBER.id, writing("một"));
  const asked = serve((_, n) =>
    n < 3 ? { status: 202, body: {}, headers: { "Retry-After": "1" } } : { status: 201, body: {} },
  );
  await flush(MEMBER.id);
  expect(await waiting(MEMBER.id)).toMatchObject([{ state: "accepted" }]);
  await flushNow(MEMBER.id);
  await flushNow(MEMBER.id);
  expect(await waiting(MEMBER.id)).toEqual([]);
  expect(new Set(asked.map((each) => each.key)).size).toBe(1);
});

test("what the server named a time for goes before it only when the member himself asks", async () => {
  await save(MEMBER.id, writing("một"));
  serve(() => ({ ...problem(429, "rate_limited"), headers: { "Retry-After": "100" } }));
  await flush(MEMBER.id);
  const asked = serve(() => ({ status: 201, body: {} }));
  await flushAgain(MEMBER.id);
  expect(asked).toEqual([]);
  await flushNow(MEMBER.id);
  expect(texts(asked)).toEqual(["một"]);
});

test("when the network is back, what waited for it goes at once", async () => {
  await save(MEMBER.id, writing("một"));
  serve(() => "lost");
  await flush(MEMBER.id);
  const asked = serve(() => ({ status: 201, body: {} }));
  await flushAgain(MEMBER.id);
  expect(texts(asked)).toEqual(["một"]);
});

test("all tabs hear that it has arrived", async () => {
  const other = new BroadcastChannel("sotay-outbox");
  const heard: unknown[] = [];
  other.onmessage = (event) => void heard.push(event.data);
  const row = await save(MEMBER.id, writing("một"));
  serve(() => ({ status: 201, body: {} }));
  await flush(MEMBER.id);
  await vi.waitFor(() => expect(heard).toContainEqual({ key: row.key, at: expect.any(Number) }));
  other.postMessage({ key: "of-another-tab", at: 5 });
  await vi.waitFor(() => expect(arrived.value.get("of-another-tab")).toBe(5));
  other.close();
});

test("what waits is sent when he signs in again, and so is what waits of who shares the phone", async () => {
  serve(() => problem(401, "session_ended"));
  const stop = startSending();
  await save(MEMBER.id, writing("một"));
  await askAs(MEMBER.id, "GET", "/v1/me").catch(() => undefined);
  const ended = (await read(MEMBER.id))!;
  expect(ended.ended).toBe(true);
  await put("session", { ...ended, member_id: "another", ended: false });
  await save("another", writing("hai"));
  const asked = serve(() => ({ status: 201, body: {} }));
  await begin(session(3));
  await vi.waitFor(() => expect(texts(asked).sort()).toEqual(["hai", "một"]));
  await vi.waitFor(async () => expect(await all<OutboxRow>("outbox")).toEqual([]));
  stop();
  await remove("session", "another");
});

test("what is refused stays whole, with the reason, and holds up nobody", async () => {
  await save(MEMBER.id, writing("một"));
  await save(MEMBER.id, writing("hai"));
  const asked = serve((each) => (each.body.text === "một" ? problem(409, "wrong_state") : { status: 201, body: {} }));
  await flush(MEMBER.id);
  expect(texts(asked)).toEqual(["một", "hai"]);
  expect(await waiting(MEMBER.id)).toMatchObject([{ state: "refused", text: "một", problem: { code: "wrong_state" } }]);
});

test("edited and sent again it has another key, and the old row is gone", async () => {
  const old = await save(MEMBER.id, writing("một"));
  serve(() => problem(409, "wrong_state"));
  await flush(MEMBER.id);
  const next = await save(MEMBER.id, writing("một, sửa"), old.key);
  expect(next.key).not.toBe(old.key);
  expect(texts(await waiting(MEMBER.id))).toEqual(["một, sửa"]);
});

test("writings of one subject go in their order; another subject need not wait", () => {
  const now = 1_000_000;
  const rows = ["a", "a", "b"].map((subject, i) => ({ ...rowOf(MEMBER.id, writing(String(i), subject), now), seq: i }));
  rows[0]!.again_at = now + 5;
  expect(nextOf(rows, now)).toBe(rows[2]);
  expect(nextOf(rows, now + 5)).toBe(rows[0]);
  rows[0]!.state = "refused";
  expect(nextOf(rows, now)).toBe(rows[1]);
});

test("pauses double, to five minutes, and the server's word counts", () => {
  expect([0, 1, 2, 30].map((tries) => pauseMs(tries, null, 0))).toEqual([1000, 2000, 4000, 300_000]);
  expect(pauseMs(0, 7, 0)).toBe(7000);
  expect(pauseMs(3, null, 1)).toBe(10_000);
});

test("the server forgets keys: after forty days nothing is sent by itself", async () => {
  const row = await save(MEMBER.id, writing("một"));
  const old = { ...row, created_at: Date.now() - 41 * 86_400_000 };
  expect(isTooOld(old, Date.now())).toBe(true);
  await put("outbox", old);
  const asked = serve(() => ({ status: 201, body: {} }));
  await flush(MEMBER.id);
  expect(asked).toEqual([]);
  expect(await waiting(MEMBER.id)).toMatchObject([{ state: "refused", problem: { code: "too_old" } }]);
});

test("a session that is over keeps the queue, and the next sign-in sends it", async () => {
  await save(MEMBER.id, writing("một"));
  serve(() => problem(401, "session_ended"));
  await flush(MEMBER.id);
  expect(await waiting(MEMBER.id)).toMatchObject([{ text: "một" }]);
  await begin(session(3));
  const asked = serve(() => ({ status: 201, body: {} }));
  await flushNow(MEMBER.id);
  expect(texts(asked)).toEqual(["một"]);
});

test("who signs out takes what is his along, and nobody else's", async () => {
  await save(MEMBER.id, writing("một"));
  await put("session", { member_id: "another", ended: true });
  await save("another", writing("hai"));
  serve(() => ({ status: 204 }));
  await signOut(MEMBER.id);
  expect(await waiting(MEMBER.id)).toEqual([]);
  expect(texts(await waiting("another"))).toEqual(["hai"]);
  await drop((await waiting("another"))[0]!.key);
  await remove("session", "another");
});

test("who has signed out leaves nothing that would go out later", async () => {
  serve(() => ({ status: 204 }));
  await signOut(MEMBER.id);
  await expect(save(MEMBER.id, writing("muộn"))).rejects.toThrow(SignedOut);
  expect(await all("outbox")).toEqual([]);
});

test("what is his own words can be put right; a code that was shown cannot", () => {
  expect(wordsIn({ text: "Ý kiến", visibility: "branch" })).toBe("text");
  expect(wordsIn({ title: "Quỹ", reason: "Đã cạn" })).toBe("reason");
  expect(wordsIn({ value: "too_high", comment: "Năm ngoái đạt một nửa" })).toBe("comment");
  expect(wordsIn({ value: "too_high" })).toBeNull();
  expect(wordsIn({ code: "123456", at: "2026-12-04T12:30:00Z" })).toBeNull();
});

test("words put right go with what they went with; an emptied comment goes with nothing", () => {
  const body = { value: "too_high", comment: "Năm ngoái đạt một nửa" };
  expect(reworded(body, "Năm ngoái đạt hết")).toEqual({ value: "too_high", comment: "Năm ngoái đạt hết" });
  expect(reworded(body, "")).toEqual({ value: "too_high" });
  expect(reworded({ text: "Ý kiến", visibility: "branch" }, "")).toEqual({ text: "", visibility: "branch" });
});
