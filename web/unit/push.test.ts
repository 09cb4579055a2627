import { beforeEach, expect, test, vi as vitest } from "vitest";
import { startSending } from "../src/start";
import { all, put } from "../src/sync/db";
import { askNoMore, bytesOf, isToBeAsked, pushState, renewPush, switchOff, switchOn } from "../src/sync/push";
import { begin, signOut } from "../src/sync/session";
import { MEMBER, serve, session } from "./browser";

const KEY = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
const OTHER_KEY = KEY.replace("BP4z", "BCVx");
const OTHER = { ...MEMBER, id: "0190f3a2-0000-7000-8000-000000000002" };

/** A browser's push manager, without a push service behind it. */
class Manager {
  made = 0;
  current: PushSubscription | null = null;
  async getSubscription(): Promise<PushSubscription | null> {
    return this.current;
  }
  async subscribe(options: { applicationServerKey: Uint8Array<ArrayBuffer> }): Promise<PushSubscription> {
    const endpoint = `https://push.example/${++this.made}`;
    this.current = {
      endpoint,
      options: { applicationServerKey: options.applicationServerKey.buffer, userVisibleOnly: true },
      toJSON: () => ({ endpoint, keys: { p256dh: "p", auth: "a" } }),
      unsubscribe: async () => {
        this.current = null;
        return true;
      },
    } as unknown as PushSubscription;
    return this.current;
  }
}

let manager: Manager;
let permission: NotificationPermission;
let serverKey: string | null;
let closed: number;

function open() {
  return serve((asked) =>
    asked.path === "/v1/config"
      ? { status: 200, body: { vapid_public_key: serverKey, ballot_origin: null, support_phone: null, demo: true } }
      : asked.method === "PUT"
        ? { status: 200, body: {} }
        : { status: 204 },
  );
}

function devices(asked: { method: string; path: string; body: Record<string, unknown> }[]) {
  return asked.filter(({ path }) => path.startsWith("/v1/me/devices/")).map(({ method, body }) => [method, body.token]);
}

beforeEach(async () => {
  manager = new Manager();
  permission = "default";
  serverKey = KEY;
  closed = 0;
  const registration = { pushManager: manager, getNotifications: async () => [{ close: () => closed++ }] };
  vitest.stubGlobal("navigator", {
    userAgent: "Chrome",
    serviceWorker: { ready: Promise.resolve(registration), getRegistration: async () => registration },
  });
  vitest.stubGlobal("PushManager", Manager);
  vitest.stubGlobal("Notification", {
    get permission() {
      return permission;
    },
    requestPermission: async () => (permission === "default" ? (permission = "granted") : permission),
  });
  vitest.stubGlobal("localStorage", { getItem: () => "web-1", setItem: () => undefined });
  await put("settings", { name: "push", member_id: "", token: "", told_at: 0 });
  await begin(session(1));
});

test("a tap makes this browser a device, and another ends it", async () => {
  const asked = open();
  expect(await pushState(MEMBER.id)).toBe("off");
  expect(await switchOn(MEMBER.id)).toBe("on");
  const token = JSON.stringify({ endpoint: "https://push.example/1", keys: { p256dh: "p", auth: "a" } });
  expect(devices(asked)).toEqual([["PUT", token]]);
  expect(await pushState(OTHER.id)).toBe("off");
  expect(await switchOff(MEMBER.id)).toBe("off");
  expect(devices(asked)).toHaveLength(2);
  expect(manager.current).toBeNull();
});

test("who says no is asked for nothing more, and a server without a key sends nothing", async () => {
  permission = "denied";
  const asked = open();
  expect(await switchOn(MEMBER.id)).toBe("denied");
  permission = "default";
  serverKey = null;
  expect(await switchOn(MEMBER.id)).toBe("none");
  expect(devices(asked)).toEqual([]);
  expect(manager.made).toBe(0);
});

test("the server hears of a subscription that the browser has replaced, and of the same one not again", async () => {
  const asked = open();
  await switchOn(MEMBER.id);
  const before = asked.length;
  await renewPush(MEMBER.id);
  expect(asked).toHaveLength(before);
  await manager.subscribe({ applicationServerKey: bytesOf(KEY) });
  await renewPush(MEMBER.id);
  await renewPush(MEMBER.id);
  expect(devices(asked)).toHaveLength(2);
});

test("after a new sign-in the server hears of it again", async () => {
  const asked = open();
  await switchOn(MEMBER.id);
  await begin(session(2));
  await renewPush(MEMBER.id);
  expect(devices(asked)).toHaveLength(2);
  expect(manager.made).toBe(1);
});

test("with the session that a new sign-in replaces its device ends: the app tells the server by itself", async () => {
  const asked = open();
  await switchOn(MEMBER.id);
  const stop = startSending();
  await begin(session(2));
  await vitest.waitFor(() => expect(devices(asked)).toHaveLength(2));
  stop();
});

test("a subscription that was made with another key of the server is made anew", async () => {
  open();
  await switchOn(MEMBER.id);
  serverKey = OTHER_KEY;
  expect(await switchOn(MEMBER.id)).toBe("on");
  expect(manager.made).toBe(2);
});

test("signing out ends the subscription here at once; whoever shares the phone keeps his", async () => {
  open();
  await switchOn(MEMBER.id);
  await signOut(OTHER.id);
  expect(manager.current).not.toBeNull();
  await signOut(MEMBER.id);
  await vitest.waitFor(() => expect(manager.current).toBeNull());
});

test("the browser is asked while his tap is fresh, before any network", async () => {
  const order: string[] = [];
  serve((asked) => {
    order.push(asked.path);
    return asked.path === "/v1/config" ? { status: 200, body: { vapid_public_key: null } } : { status: 204 };
  });
  vitest.stubGlobal("Notification", {
    permission: "granted",
    requestPermission: async () => (order.push("asked"), "granted"),
  });
  expect(await switchOn(MEMBER.id)).toBe("none");
  expect(order).toEqual(["asked", "/v1/config"]);
});

test("who signs out while his browser becomes a device leaves no subscription, and no word of it", async () => {
  serve(async (asked) => {
    if (asked.path === "/v1/config") return { status: 200, body: { vapid_public_key: KEY } };
    if (asked.method === "PUT") await signOut(MEMBER.id);
    return asked.method === "PUT" ? { status: 200, body: {} } : { status: 204 };
  });
  await switchOn(MEMBER.id);
  expect(manager.current).toBeNull();
  expect((await all<{ member_id?: string }>("settings")).filter((row) => row.member_id === MEMBER.id)).toEqual([]);
});

test("signing out takes what was shown off the phone, and what he has put off with him", async () => {
  open();
  await switchOn(MEMBER.id);
  await askNoMore(MEMBER.id);
  await signOut(MEMBER.id);
  await vitest.waitFor(() => expect(closed).toBe(1));
  await askNoMore(MEMBER.id);
  expect((await all<{ name: string }>("settings")).filter(({ name }) => name.startsWith("push-later-"))).toEqual([]);
});

test("he is asked once a meeting of his has been, until he says later", async () => {
  expect(await isToBeAsked(MEMBER.id)).toBe(false);
  const at = (ms: number) => ({ meeting: { starts_at: new Date(Date.now() + ms).toISOString() } });
  await put("packs", { member_id: MEMBER.id, meeting_id: "1", pack: at(60_000) });
  expect(await isToBeAsked(MEMBER.id)).toBe(false);
  await put("packs", { member_id: MEMBER.id, meeting_id: "2", pack: at(-60_000) });
  expect(await isToBeAsked(MEMBER.id)).toBe(true);
  await put("settings", { name: `push-later-${MEMBER.id}` });
  expect(await isToBeAsked(MEMBER.id)).toBe(false);
});
