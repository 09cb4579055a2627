/** Web Push: this browser as a device of the member. It is asked for by his own tap, after our words, and never at the
 * first start. */
import { ask, type Shapes } from "../api/client";
import { get, ofMember, putOf } from "./db";
import { deviceId } from "./device";
import { newKey } from "./lock";
import type { PackRow } from "./packs";
import { askAs, read } from "./session";
import { canPush, dropSubscription, dropUnowned, keepPushOwner, pushOwner, subscriptionHere } from "./subscription";

/** What this browser can do for him: "install" is said to an iPhone, where only the app on the home screen may ring. */
export type PushState = "on" | "off" | "denied" | "install" | "none";

export async function pushState(member: string): Promise<PushState> {
  if (!canPush()) return /iPhone|iPad/.test(navigator.userAgent) ? "install" : "none";
  if (Notification.permission === "denied") return "denied";
  const isHis = (await pushOwner())?.member_id === member;
  return isHis && (await subscriptionHere()) ? "on" : "off";
}

/** Of RFC 7515, as a VAPID key is told. */
export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const plain = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function isMadeWith(subscription: PushSubscription, key: Uint8Array): boolean {
  const made = subscription.options.applicationServerKey;
  if (!made) return false;
  const bytes = new Uint8Array(made);
  return bytes.length === key.length && bytes.every((byte, i) => byte === key[i]);
}

/** One that was made with another key of this server rings no more: a new one takes its place. */
async function subscribe(key: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  const old = await subscriptionHere();
  if (old && isMadeWith(old, key)) return old;
  await old?.unsubscribe();
  const worker = await navigator.serviceWorker.ready;
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function serverKey(): Promise<Uint8Array<ArrayBuffer> | null> {
  const { vapid_public_key } = (await ask<Shapes["ClientConfig"]>("GET", "/v1/config")).body;
  return vapid_public_key ? bytesOf(vapid_public_key) : null;
}

async function register(member: string, key: Uint8Array<ArrayBuffer>): Promise<void> {
  const token = JSON.stringify(await subscribe(key));
  const body = { provider: "webpush", token };
  try {
    await askAs(member, "PUT", `/v1/me/devices/${deviceId()}`, { body, key: newKey() });
    await keepPushOwner(member, token);
  } finally {
    // He may have signed out while it was under way.
    if (!(await read(member))) await dropUnowned();
  }
}

/** By his tap, and the browser is asked first: after a while it takes no tap for its reason any more. "none": this
 * server sends nothing to browsers. */
export async function switchOn(member: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return pushState(member);
  const key = await serverKey();
  if (!key) return "none";
  await register(member, key);
  return pushState(member);
}

/** At the server too, so that nothing is sent in vain; here in any case. */
export async function switchOff(member: string): Promise<PushState> {
  await dropSubscription(member);
  await askAs(member, "DELETE", `/v1/me/devices/${deviceId()}`, { key: newKey() }).catch(() => undefined);
  return pushState(member);
}

const DAY_MS = 86_400_000;

/** At the start, and when the worker says that the browser has changed it: the server hears of the subscription that
 * is there now. Once a day of the same one too: it may have forgotten it. */
export async function renewPush(member: string): Promise<void> {
  const kept = canPush() && Notification.permission === "granted" ? await pushOwner() : undefined;
  if (kept?.member_id !== member) return;
  const isTold = Date.now() - kept.told_at < DAY_MS && kept.told_at <= Date.now();
  if (isTold && JSON.stringify(await subscriptionHere()) === kept.token) return;
  const key = await serverKey();
  if (key) await register(member, key);
}

/** He is asked once a meeting of his has been: then he knows what he would be told of. */
export async function isToBeAsked(member: string): Promise<boolean> {
  if ((await pushState(member)) !== "off" || (await get("settings", `push-later-${member}`))) return false;
  const packs = await ofMember<PackRow>("packs", member);
  return packs.some(({ pack }) => Date.parse(pack.meeting.starts_at) < Date.now());
}

export function askNoMore(member: string): Promise<unknown> {
  return putOf("settings", { name: `push-later-${member}`, member_id: member });
}
