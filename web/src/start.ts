/** What runs beside the screens: the queue, what was read, the worker. */
import { effect } from "@preact/signals";
import { tellActivity } from "./sync/activity";
import { prune } from "./sync/copies";
import { flush, flushNow } from "./sync/outbox";
import { load, me } from "./sync/session";

function wake(): void {
  const row = me.value;
  if (!row || row.ended) return;
  void flushNow(row.member_id);
  void tellActivity(row.member_id);
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
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ kind: string; url?: string }>) => {
    if (event.data.kind === "flush") wake();
    if (event.data.kind === "open" && event.data.url) location.assign(event.data.url);
  });
}

export function start(): void {
  void load();
  let last: string | undefined;
  effect(() => {
    const member = me.value?.ended ? undefined : me.value?.member_id;
    if (!member || member === last) return;
    last = member;
    void flush(member);
    void tellActivity(member);
    void prune(member).catch(() => undefined);
  });
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  addEventListener("load", () => setTimeout(startWorker, 1000));
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
