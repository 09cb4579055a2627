import { expect, test, vi as vitest } from "vitest";
import { begin } from "../src/sync/session";
import { concerns, Lines, type News, onNews, startStream } from "../src/sync/stream";
import { session } from "./browser";

const ID = "0190f3a2-0000-7000-8000-0000000000aa";
const CHANGED: News = { event: "changed", data: { type: "meeting", id: ID, version: 7 } };

test("events are read however they are cut, and comments are none", () => {
  const changed = `id: a-3\nevent: changed\ndata: ${JSON.stringify(CHANGED.data)}\n\n`;
  const text = `retry: 3000\nid: a-1\n\n:\nid: a-2\n\n${changed}`;
  for (let cut = 0; cut <= text.length; cut++) {
    const lines = new Lines();
    expect([...lines.take(text.slice(0, cut)), ...lines.take(text.slice(cut))]).toEqual([CHANGED]);
    expect(lines.lastId).toBe("a-3");
  }
});

test("an event without its end is none yet, and its place is not forgotten", () => {
  const lines = new Lines();
  expect(lines.take("event: resync\ndata: {}\n")).toEqual([]);
  expect(lines.take("\n")).toEqual([{ event: "resync", data: {} }]);
  expect(lines.lastId).toBeNull();
});

test("an event that broke off has told nothing, and where it stands is not passed over", () => {
  const lines = new Lines("a-1");
  expect(lines.take('id: a-2\nevent: changed\ndata: {"ty')).toEqual([]);
  expect(lines.lastId).toBe("a-1");
  const next = new Lines(lines.lastId);
  expect(next.take(`id: a-2\nevent: changed\ndata: ${JSON.stringify(CHANGED.data)}\n\n`)).toEqual([CHANGED]);
  expect(next.lastId).toBe("a-2");
});

test("what cannot be read may concern every screen, and what follows is read", () => {
  const text = `event: changed\ndata: {"ty\n\nevent: changed\ndata: ${JSON.stringify(CHANGED.data)}\n\n`;
  expect(new Lines().take(text)).toEqual([{ event: "resync", data: {} }, CHANGED]);
});

/** A page that can be hidden, and a server with one stream after the other. */
function browser() {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vitest.stubGlobal("document", page);
  const streams: { since: string | null; say: (text: string) => void; isOver: () => boolean }[] = [];
  vitest.stubGlobal("fetch", async (_: string, { headers, signal }: RequestInit) => {
    let writer!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (writer = controller) });
    signal!.addEventListener("abort", () => writer.error(signal!.reason));
    streams.push({
      since: new Headers(headers).get("Last-Event-ID"),
      say: (text) => writer.enqueue(new TextEncoder().encode(text)),
      isOver: () => signal!.aborted,
    });
    return new Response(body);
  });
  const show = (visibilityState: string) => {
    page.visibilityState = visibilityState;
    page.dispatchEvent(new Event("visibilitychange"));
  };
  return { streams, show };
}

const until = (check: () => void) => vitest.waitFor(check, { timeout: 5_000 });

test("a page that was hidden hears what it missed meanwhile", async () => {
  const { streams, show } = browser();
  await begin(session(1));
  const heard: News[] = [];
  const endNews = onNews((news) => heard.push(news));
  const end = startStream();
  await until(() => expect(streams).toHaveLength(1));
  expect(streams[0]!.since).toBeNull();
  streams[0]!.say(`retry: 3000\nid: a-1\n\nid: a-2\nevent: changed\ndata: ${JSON.stringify(CHANGED.data)}\n\n`);
  await until(() => expect(heard).toEqual([CHANGED]));
  streams[0]!.say('id: a-3\nevent: inbox\ndata: {"un');
  show("hidden");
  await until(() => expect(streams[0]!.isOver()).toBe(true));
  show("visible");
  await until(() => expect(streams).toHaveLength(2));
  expect(streams[1]!.since).toBe("a-2");
  end();
  endNews();
  await until(() => expect(streams[1]!.isOver()).toBe(true));
}, 20_000);

test("a screen asks anew for what it shows, and for nothing else", () => {
  expect(concerns(`/v1/meetings/${ID}`, CHANGED)).toBe(true);
  expect(concerns(`/v1/meetings/${ID}/comments?limit=20`, CHANGED)).toBe(true);
  expect(concerns("/v1/me/home", CHANGED)).toBe(true);
  expect(concerns("/v1/documents/other", CHANGED)).toBe(false);
  expect(concerns("/v1/inbox?unread=true", { event: "inbox", data: { unread: 1 } })).toBe(true);
  expect(concerns(`/v1/meetings/${ID}`, { event: "inbox", data: { unread: 1 } })).toBe(false);
  expect(concerns("/v1/documents/other", { event: "resync", data: {} })).toBe(true);
});
