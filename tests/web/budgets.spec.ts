/** What the app may weigh and how long it may take on an old phone and a slow network: WEB.md, Budgets. Each number is
 * printed, and a number that is over fails. A time is the best of three: the stack and other programs run on the same
 * processors, and can make it longer only. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { type CDPSession, expect, type Locator, type Page, test } from "@playwright/test";
import { signIn } from "./app";
import { APP, plan } from "./city";
import { Traffic } from "./traffic";

const SLOW = { offline: false, latency: 300, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const CPU_RATE = 4;
const TRIES = 3;

function say(what: string, is: number, most: number, unit: string): void {
  console.log(`budget: ${what}: ${is} ${unit}, at most ${most}`);
  expect(is, what).toBeLessThanOrEqual(most);
}

/** Bytes as they travel. */
function packed(name: string): number {
  return gzipSync(readFileSync(`${APP}/${name}`)).length;
}

test("the worker and every screen's own script are light", () => {
  say("worker", packed("sw.js"), 8_000, "bytes");
  // Of this release: those of the one before lie beside them.
  const scripts = readFileSync(`${APP}/release`, "utf8")
    .split("\n")
    .filter((name) => name.endsWith(".js"));
  // Of charts the worker keeps nothing, and who has no room for one does not load them.
  const routes = scripts.filter((name) => !/^assets\/(main|Screen|Chart)-/.test(name));
  expect(routes.length).toBeGreaterThan(10);
  say("largest screen's own script", Math.max(...routes.map(packed)), 25_000, "bytes");
});

test("the first screen is light", async ({ page }) => {
  const { member } = await plan();
  await signIn(page, member.card);
  const sizes = await page.evaluate(() => {
    const sum = (kind: RegExp) =>
      performance
        .getEntriesByType("resource")
        .filter((entry) => kind.test(entry.name))
        .reduce((bytes, entry) => bytes + (entry as PerformanceResourceTiming).encodedBodySize, 0);
    return { script: sum(/\.js$/), style: sum(/\.css$/) };
  });
  say("first screen's script", sizes.script, 70_000, "bytes");
  say("first screen's style", sizes.style, 10_000, "bytes");
});

interface Seen {
  largest: number;
  shift: number;
}

/** From the first byte on: when the largest thing was painted, and how far things moved. No news comes meanwhile, of
 * which the screen would ask anew. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const ask = window.fetch;
    window.fetch = (what, how) => (what === "/v1/stream" ? new Promise(() => undefined) : ask(what, how));
    const seen = { largest: 0, shift: 0 };
    Object.defineProperty(window, "seen", { value: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.largest = entry.startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) seen.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** Of some starts of the app: the quickest, and how far things moved at worst. */
async function starts(page: Page, traffic: Traffic): Promise<Seen> {
  const all: Seen[] = [];
  for (let i = 0; i < TRIES; i++) {
    await page.goto("/app/");
    await expect(page.getByText("Nhà văn hóa phường, tầng 2")).toBeVisible({ timeout: 30_000 });
    await traffic.settled();
    all.push(await page.evaluate(() => (window as unknown as { seen: Seen }).seen));
  }
  return {
    largest: Math.round(Math.min(...all.map((each) => each.largest))),
    shift: Math.round(Math.max(...all.map((each) => each.shift)) * 1000) / 1000,
  };
}

async function slowly(page: Page): Promise<CDPSession> {
  const tools = await page.context().newCDPSession(page);
  await tools.send("Network.enable");
  await tools.send("Network.emulateNetworkConditions", SLOW);
  await tools.send("Emulation.setCPUThrottlingRate", { rate: CPU_RATE });
  return tools;
}

test("the first member screen is there in time on a slow network and an old phone", async ({ page }) => {
  test.setTimeout(120_000);
  const { member } = await plan();
  await signIn(page, member.card);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await watch(page);
  const traffic = new Traffic(page);
  const tools = await slowly(page);

  await tools.send("Network.setBypassServiceWorker", { bypass: true });
  await tools.send("Network.setCacheDisabled", { cacheDisabled: true });
  let asked = 0;
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/v1/me/home") asked++;
  });
  const cold = await starts(page, traffic);
  say("first screen, largest paint", cold.largest, 2_500, "ms");
  say("first screen, moved", cold.shift, 0.05, "of the window");
  say("first screen, questions", asked / TRIES, 1, "of home");

  await tools.send("Network.setBypassServiceWorker", { bypass: false });
  await tools.send("Network.setCacheDisabled", { cacheDisabled: false });
  say("once it was there, largest paint", (await starts(page, traffic)).largest, 1_000, "ms");

  await tools.send("Network.emulateNetworkConditions", { ...SLOW, offline: true });
  say("without network, largest paint", (await starts(page, traffic)).largest, 1_000, "ms");
});

/** So long it is from a tap to the picture that shows it, in ms: half of them take no longer. */
async function halfOf(page: Page, taps: readonly Locator[]): Promise<number> {
  await page.evaluate(() => {
    const taps = new Map<number, number>();
    Object.defineProperty(window, "taps", { value: taps });
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries() as (PerformanceEntry & { interactionId: number })[])
        if (interactionId) taps.set(interactionId, Math.max(taps.get(interactionId) ?? 0, duration));
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
  for (const tap of taps) {
    await tap.click();
    // It is told of a tap once that was painted.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))));
  }
  const told = await page.evaluate(() => [...(window as unknown as { taps: Map<number, number> }).taps.values()]);
  expect(told.length).toBeLessThanOrEqual(taps.length);
  // Of what took less than 16 ms it is told nothing.
  const all = [...told, ...Array(taps.length - told.length).fill(16)].sort((a, b) => a - b);
  return all[Math.floor(all.length / 2)]!;
}

test("a tap is answered by the next picture on an old phone", async ({ page }) => {
  test.setTimeout(120_000);
  const { meeting, branch } = await plan();
  await signIn(page, branch.secretary.card);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await slowly(page);
  const tabs = page.getByRole("navigation");
  const link = (name: string) => tabs.getByRole("link", { name, exact: true });
  const tour = ["Văn bản", "Của tôi", "Trang chủ"].map(link);
  say("tap to paint, going about", await halfOf(page, [...tour, ...tour, ...tour]), 200, "ms");

  await page.goto(`/app/chi-bo/diem-danh/${meeting.id}`);
  await expect(page.getByRole("heading", { name: "Phải dự họp" })).toBeVisible();
  const rows = (await page.locator(".roll").all()).slice(0, 5);
  say("tap to paint, roll call", await halfOf(page, [...rows, ...rows]), 100, "ms");
});
