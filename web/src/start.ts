/** What runs beside the screens: the queue, what was read, the worker. */
import { effect } from "@preact/signals";
import { tellActivity } from "./sync/activity";
import { prune } from "./sync/copies";
import { startIdle } from "./sync/idle";
import { flush, flushAgain } from "./sync/outbox";
import { renewPush } from "./sync/push";
import { load, me, profiles, tellRevocations } from "./sync/session";

/** Of everybody who has a session here: who shares the phone need not come back for what he wrote to be sent. */
async function tellAll(send: (member: string) => Promise<void>): Promise<void> {
  for (const { member_id, ended } of await profiles()) {
    if (ended) continue;
    void send(member_id).catch(() => undefined);
    void tellActivity(member_id);
  }
}

function wake(): void {
  void tellRevocations();
  void tellAll(flushAgain).catch(() => undefined);
}

/** The server's answers under /app/ allow this one policy. */
function workerAddress(): string | TrustedScriptURL {
  const path = "/app/sw.js";
  const types = window.trustedTypes;
  return types ? types.createPolicy("sotay-sw", { createScriptURL: () => path }).createScriptURL("") : path;
}

function startWorker(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  navigator.serviceWorker.register(workerAddress() as string, { scope: "/app/" }).catch(() => undefined);
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ kind: string; url: string }>) => {
    if (event.data.kind === "open") location.assign(event.data.url);
    if (event.data.kind === "push" && me.value) void renewPush(me.value.member_id).catch(() => undefined);
  });
}

/** At the start, and whenever somebody signs in, also who was signed in before. */
export function startSending(): () => void {
  let last: string | undefined;
  return effect(() => {
    const member = me.value?.ended ? undefined : me.value?.member_id;
    if (member === last) return;
    last = member;
    if (!member) return;
    void tellAll(flush).catch(() => undefined);
    void prune(member).catch(() => undefined);
    void renewPush(member).catch(() => undefined);
  });
}

/** Fails when this browser keeps nothing: then there is no app. */
export async function start(): Promise<void> {
  startSending();
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  addEventListener("load", () => setTimeout(startWorker, 1000));
  startIdle();
  await load();
  void tellRevocations();
}

declare global {
  interface TrustedScriptURL {
    readonly kind?: "TrustedScriptURL";
  }
  interface Window {
    trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createScriptURL: () => string },
      ): { createScriptURL(input: string): TrustedScriptURL };
    };
  }
}
