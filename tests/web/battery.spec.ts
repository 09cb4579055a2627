/** The phone dies while it sends: what was written is there once, whatever the browser (WEB.md, N7). The ledger has
 * more of it, in Chromium alone. */
import { existsSync, readdirSync, readFileSync, rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { signIn } from "./app";
import { BASE, plan } from "./city";

/** The processes of the browser that has this profile: one is named by it, and leads the others' group. */
function leader(profile: string): number {
  const isIt = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(profile) && groupOf(pid) === Number(pid);
    } catch {
      return false; // it has ended
    }
  };
  return Number(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .find(isIt),
  );
}

function groupOf(pid: string): number {
  return Number(
    readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[2],
  );
}

/** The whole browser at once. */
async function die(context: BrowserContext, profile: string): Promise<void> {
  const pid = leader(profile);
  process.kill(-pid, "SIGKILL");
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  await context.close().catch(() => undefined);
}

test("killed while it sends, it has sent once after its restart", async ({ playwright, browserName }) => {
  const { launchOptions, channel, ...look } = test.info().project.use;
  const profile = mkdtempSync(`${tmpdir()}/sotay-battery-`);
  const start = async (): Promise<{ context: BrowserContext; page: Page }> => {
    const context = await playwright[browserName].launchPersistentContext(profile, {
      ...look,
      ...launchOptions,
      channel,
    });
    return { context, page: context.pages()[0] ?? (await context.newPage()) };
  };
  const { meeting, member, secretary } = await plan();
  const texts = async () =>
    (await secretary.call("GET", `/v1/meetings/${meeting.id}/comments`)).items.map(
      (each: { text: string }) => each.text,
    );
  try {
    let { context, page } = await start();
    await signIn(page, member.card, BASE);
    await page.goto(`${BASE}/app/hop/${meeting.id}/y-kien`);
    // The server has it; the phone never hears that.
    let heard = () => {};
    const isThere = new Promise<void>((resolve) => (heard = resolve));
    await page.route("**/comments", async (route) => {
      const sent = route.request();
      await fetch(sent.url(), { method: "POST", headers: await sent.allHeaders(), body: sent.postData() });
      heard();
    });
    await page.getByLabel("Ý kiến của tôi").fill("Máy tắt giữa chừng");
    await page.getByRole("button", { name: "Gửi", exact: true }).click();
    await isThere;
    await die(context, profile);
    expect(await texts()).toEqual(["Máy tắt giữa chừng"]);

    ({ context, page } = await start());
    const again = page.waitForResponse(
      (answer) => answer.url().endsWith("/comments") && answer.request().method() === "POST",
    );
    await page.goto(`${BASE}/app/chua-gui`);
    expect((await again).status()).toBe(201);
    await expect(page.getByText("Mọi thứ đã được gửi.")).toBeVisible();
    expect(await texts()).toEqual(["Máy tắt giữa chừng"]);
    await context.close();
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
