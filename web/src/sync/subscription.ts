/** This browser's own part of Web Push: its one subscription, and for whom it was made. It asks no server. */
import { get, put, putOf, remove } from "./db";

/** Of `settings`: who gets his messages here. A browser has one subscription, so the last of those who share it. */
export interface PushRow {
  name: "push";
  member_id: string;
  /** The subscription as the server knows it, and since when. */
  token: string;
  told_at: number;
}

export function pushOwner(): Promise<PushRow | undefined> {
  return get<PushRow>("settings", "push");
}

export async function keepPushOwner(member_id: string, token: string): Promise<void> {
  await putOf("settings", { name: "push", member_id, token, told_at: Date.now() } satisfies PushRow, true);
}

/** A new sign-in: with the session before, which may have been ended from elsewhere, the server ended the device. */
export async function tellPushAgain(member: string): Promise<void> {
  const row = await pushOwner();
  if (row?.member_id === member) await put("settings", { ...row, told_at: 0 } satisfies PushRow, true);
}

export function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

/** None while no worker is there, as in the first second of the first visit. */
export async function subscriptionHere(): Promise<PushSubscription | null> {
  if (!canPush()) return null;
  const worker = await navigator.serviceWorker.getRegistration("/app/");
  return (await worker?.pushManager.getSubscription()) ?? null;
}

/** He is told nothing here any more, network or not: a push service refuses what is sent to an ended subscription. What
 * he was told already does not stay for the next who holds the phone. */
export async function dropSubscription(member: string): Promise<void> {
  if ((await pushOwner())?.member_id !== member) return;
  await remove("settings", "push");
  await endSubscription();
  await closeShown().catch(() => undefined);
}

async function endSubscription(): Promise<void> {
  await (await subscriptionHere())?.unsubscribe();
}

async function closeShown(): Promise<void> {
  const worker = await navigator.serviceWorker.getRegistration("/app/");
  for (const notification of (await worker?.getNotifications()) ?? []) notification.close();
}

/** A subscription that was made for who has signed out meanwhile is nobody's. */
export async function dropUnowned(): Promise<void> {
  if (!(await pushOwner())?.member_id) await endSubscription();
}
