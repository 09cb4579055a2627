/// <reference lib="webworker" />
/** The worker: the app opens without network, and what is pushed is shown. It stands alone: no import, so that it stays
 * one classic script. It never touches /v1: what the API says is kept in IndexedDB, each member's apart.
 *
 * A new version waits until the last page of the old one is closed: a running page must find its own chunks. */
declare const __PRECACHE__: [string, string][];

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = "sotay-app-1";
const PAGE = "/app/index.html";
const kept = new Map(__PRECACHE__);

/** An asset's name says what is in it; the others are kept under their revision. */
function nameOf(path: string): string {
  const revision = kept.get(path);
  return revision ? `${path}?v=${revision}` : path;
}

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const path of kept.keys()) {
    const name = nameOf(path);
    if (await cache.match(name)) continue;
    const answer = await fetch(path, { cache: "no-cache", credentials: "same-origin" });
    if (!answer.ok) throw new Error(path);
    await cache.put(name, answer);
  }
}

async function clean(): Promise<void> {
  const cache = await caches.open(CACHE);
  const wanted = new Set([...kept.keys()].map((path) => new URL(nameOf(path), worker.location.origin).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

async function answer(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(nameOf(path))) ?? fetch(request);
}

worker.addEventListener("install", (event) => event.waitUntil(fill()));
worker.addEventListener("activate", (event) => event.waitUntil(clean()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin || !url.pathname.startsWith("/app/")) return;
  if (request.mode === "navigate") event.respondWith(answer(request, PAGE));
  else if (kept.has(url.pathname)) event.respondWith(answer(request, url.pathname));
});

interface Push {
  title: string;
  body: string;
  url: string;
  tag: string;
}

worker.addEventListener("push", (event) => {
  const push = event.data?.json() as Push | undefined;
  if (!push) return;
  const { title, body, tag, url } = push;
  event.waitUntil(worker.registration.showNotification(title, { body, tag, data: url, icon: "/app/icon-192.png" }));
});

async function open(url: string): Promise<void> {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages[0];
  if (!page) return void (await worker.clients.openWindow(url));
  await page.focus().catch(() => undefined); // it opens all the same, and is found when somebody looks
  page.postMessage({ kind: "open", url });
}

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = String(event.notification.data ?? "/app/");
  event.waitUntil(open(url.startsWith("/app/") ? url : "/app/"));
});

/** The browser has replaced the subscription, or ended it. Only a page can tell the server in its member's name: one
 * that is open does now, else the next that is opened. */
async function subscribeAgain(options: PushSubscriptionOptionsInit): Promise<void> {
  const manager = worker.registration.pushManager;
  if (!(await manager.getSubscription())) await manager.subscribe(options);
  for (const page of await worker.clients.matchAll({ type: "window" })) page.postMessage({ kind: "push" });
}

interface SubscriptionChange extends ExtendableEvent {
  readonly oldSubscription: PushSubscription | null;
}

worker.addEventListener("pushsubscriptionchange", (event) => {
  const change = event as SubscriptionChange;
  const applicationServerKey = change.oldSubscription?.options.applicationServerKey;
  if (applicationServerKey)
    change.waitUntil(subscribeAgain({ userVisibleOnly: true, applicationServerKey }).catch(() => undefined));
});
