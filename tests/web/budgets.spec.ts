/** What the app may weigh and how long it may take on an old phone and a slow network: WEB.md, Budgets. Each number is
 * printed, and a number that is over fails. */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, type Page, test } from "@playwright/test";
import { signIn } from "./app";
import { APP, plan } from "./city";

const SLOW = { offline: false, latency: 300, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const CPU_RATE = 4;

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
  const scripts = readdirSync(`${APP}/assets`).filter((name) => name.endsWith(".js"));
  // Of charts the worker keeps nothing, and who has no room for one does not load them.
  const routes = scripts.filter((name) => !/^(main|Screen|Chart)-/.test(name));
  say("largest screen's own script", Math.max(...routes.map((name) => packed(`assets/${name}`))), 25_000, "bytes");
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

/** From the first byte on: when the largest thing was painted, and how far things moved. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
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

async function seen(page: Page): Promise<Seen> {
  await expect(page.getByText("Nhà văn hóa phường, tầng 2")).toBeVisible({ timeout: 30_000 });
  await page.waitForLoadState("networkidle");
  return page.evaluate(() => (window as unknown as { seen: Seen }).seen);
}

test("the first member screen is there in time on a slow network and an old phone", async ({ page, context }) => {
  const { member } = await plan();
  await signIn(page, member.card);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await watch(page);
  const tools = await context.newCDPSession(page);
  await tools.send("Network.enable");
  await tools.send("Network.emulateNetworkConditions", SLOW);
  await tools.send("Emulation.setCPUThrottlingRate", { rate: CPU_RATE });

  await tools.send("Network.setBypassServiceWorker", { bypass: true });
  await tools.send("Network.setCacheDisabled", { cacheDisabled: true });
  let asked = 0;
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/v1/me/home") asked++;
  });
  await page.goto("/app/");
  const cold = await seen(page);
  say("first screen, largest paint", Math.round(cold.largest), 2_500, "ms");
  say("first screen, moved", Math.round(cold.shift * 1000) / 1000, 0.05, "of the window");
  say("first screen, questions", asked, 1, "of home");

  await tools.send("Network.setBypassServiceWorker", { bypass: false });
  await tools.send("Network.setCacheDisabled", { cacheDisabled: false });
  await page.goto("/app/");
  const warm = await seen(page);
  say("once it was there, largest paint", Math.round(warm.largest), 1_000, "ms");
});
