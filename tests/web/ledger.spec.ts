/** N7: three days without network, fifty writings, a phone that dies, and then a network that loses a third of what it
 * is given. A ledger says that each of them is there once. */
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { signIn } from "./app";
import { BASE, plan, registered, textsOf } from "./city";
import { age, Killable } from "./phone";

const WRITINGS = 50;
const REFUSED_EVERY = 10;
const RESTART_EVERY = 12;
const LOSS = 0.3;
const DEATHS = 3;

/** mulberry32: the same losses for the same seed. */
function random(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const textOf = (n: number) => `Ý kiến thứ ${n}, viết khi không có mạng`;

async function write(page: Page, meeting: string, text: string): Promise<void> {
  await page.goto(`${BASE}/app/hop/${meeting}/y-kien`);
  await page.getByLabel("Ý kiến của tôi").fill(text);
  await page.getByRole("button", { name: "Gửi", exact: true }).click();
  await expect(page.getByText("Đã lưu trên máy, chưa gửi")).toBeVisible();
}

/** He does not wait for the next try of its own, which comes later each time. */
async function press(page: Page): Promise<void> {
  const again = page.getByRole("button", { name: "Gửi lại", exact: true });
  await again.click({ timeout: 1_000 }).catch(() => undefined);
}

/** Half of what is lost never arrives; of the other half only the answer is lost. */
async function loseSome(context: BrowserContext, next: () => number, count: { sent: number; dropped: number }) {
  await context.route("**/v1/**", async (route) => {
    count.sent++;
    const fate = next();
    if (fate >= LOSS) return route.continue().catch(() => undefined);
    count.dropped++;
    if (fate >= LOSS / 2) await route.fetch().catch(() => undefined);
    return route.abort().catch(() => undefined);
  });
}

// A trace of so many pages takes longer than the pages.
test.use({ trace: "off" });

test("three days offline, fifty writings, a third lost, restarts: none lost, none doubled", async ({ playwright }) => {
  test.setTimeout(420_000);
  const seed = Date.now() % 1_000_000;
  const first = await plan();
  const { secretary, meeting, member } = first;
  const executive = await registered(secretary, first.branch.id, 6 * 86_400_000);
  const phone = new Killable(playwright.chromium);
  const count = { sent: 0, dropped: 0 };
  const taken: string[] = [];
  const refused: string[] = [];
  try {
    let page = await phone.start();
    await signIn(page, member.card, BASE);
    for (const id of [meeting.id, executive.id]) {
      await page.goto(`${BASE}/app/hop/${id}`);
      await expect(page.getByRole("link", { name: "Góp ý" })).toBeVisible();
    }
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

    await page.context().setOffline(true);
    for (let n = 1; n <= WRITINGS; n++) {
      const isLate = n % REFUSED_EVERY === 0;
      await write(page, isLate ? executive.id : meeting.id, textOf(n));
      (isLate ? refused : taken).push(textOf(n));
      if (n % RESTART_EVERY !== 0) continue;
      await phone.kill();
      page = await phone.start();
      await page.context().setOffline(true);
    }
    await secretary.call("POST", `/v1/meetings/${executive.id}/cancel`, { reason: "Mưa bão" });
    await page.goto(`${BASE}/app/chua-gui`);
    await age(page); // three days: his token has long ended

    const next = random(seed);
    for (let death = 0; ; death++) {
      const before = count.sent;
      await loseSome(page.context(), next, count);
      await page.context().setOffline(false);
      await page.goto(`${BASE}/app/chua-gui`).catch(() => undefined);
      if (death === DEATHS) break;
      await expect
        .poll(
          async () => {
            await press(page);
            return count.sent - before;
          },
          { timeout: 60_000, intervals: [500] },
        )
        .toBeGreaterThan(8);
      await phone.kill();
      page = await phone.start();
    }
    const rows = page.locator("li.card");
    await expect
      .poll(
        async () => {
          await press(page);
          return rows.count();
        },
        { timeout: 180_000, intervals: [500] },
      )
      .toBe(refused.length);

    // What was refused stands there whole; what was taken is there once.
    for (const text of refused) await expect(page.getByText(text, { exact: true })).toBeVisible();
    await expect(rows.getByText("Chưa gửi được. Nội dung vẫn còn đây.")).toHaveCount(refused.length);
    await expect.poll(async () => (await textsOf(secretary, meeting.id)).length).toBeGreaterThanOrEqual(taken.length);
    const found = await textsOf(secretary, meeting.id);
    const doubled = found.length - new Set(found).size;
    const lost = taken.filter((text) => !found.includes(text)).length;
    console.log(
      JSON.stringify({ seed, writings: WRITINGS, ...count, deaths: DEATHS, lost, doubled, back: refused.length }),
    );
    expect(found).toEqual([...taken].sort());
    expect(await textsOf(secretary, executive.id)).toEqual([]);
  } finally {
    await phone.throwAway();
  }
});
