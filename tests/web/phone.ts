/** What befalls a phone: its battery is taken out, it lies in a drawer. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { type BrowserContext, type BrowserType, expect, type Page, test } from "@playwright/test";

/** A browser that can be killed; its profile stays. */
export class Killable {
  private context: BrowserContext | null = null;
  private readonly profile = mkdtempSync(`${tmpdir()}/sotay-kill-`);

  constructor(private readonly browser: BrowserType) {}

  async start(): Promise<Page> {
    const { launchOptions, channel, ...look } = test.info().project.use;
    this.context = await this.browser.launchPersistentContext(this.profile, { ...look, ...launchOptions, channel });
    return this.context.pages()[0] ?? (await this.context.newPage());
  }

  /** The whole browser at once: it leads a group of its own. */
  async kill(): Promise<void> {
    // What is routed is let go of: its handlers have nobody to answer any more.
    await this.context!.unrouteAll({ behavior: "ignoreErrors" });
    const leader = leaderOf(this.profile);
    process.kill(-leader, "SIGKILL");
    await expect.poll(() => existsSync(`/proc/${leader}`)).toBe(false);
    await this.context!.close().catch(() => undefined);
    this.context = null;
  }

  async throwAway(): Promise<void> {
    await this.context?.close().catch(() => undefined);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Of the processes of the browser that has this profile the one that leads the others' group. */
function leaderOf(profile: string): number {
  const isIt = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(profile) && groupOf(pid) === Number(pid);
    } catch {
      return false; // it has ended
    }
  };
  const found = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isIt(name));
  if (found.length !== 1) throw new Error(`${found.length} processes lead the browser of ${profile}`);
  return Number(found[0]);
}

function groupOf(pid: string): number {
  return Number(
    readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[2],
  );
}

/** As if the app had lain closed for an hour. */
export async function age(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const opened = indexedDB.open("sotay");
        opened.onsuccess = () => {
          const store = opened.result.transaction("session", "readwrite").objectStore("session");
          const read = store.getAll();
          read.onsuccess = () => {
            for (const row of read.result) store.put({ ...row, expires_at: 0 });
            store.transaction.oncomplete = () => resolve();
          };
        };
      }),
  );
}

/** What was being written lies on the phone, as far as `what`. */
export async function kept(page: Page, subject: string, what: RegExp): Promise<void> {
  const draft = () =>
    page.evaluate(
      (subject) =>
        new Promise<string>((resolve) => {
          const opened = indexedDB.open("sotay");
          opened.onsuccess = () => {
            const read = opened.result.transaction("drafts").objectStore("drafts").getAll();
            read.onsuccess = () => {
              opened.result.close();
              resolve(JSON.stringify(read.result.filter((row) => row.subject === subject)));
            };
          };
        }),
      subject,
    );
  await expect.poll(draft).toMatch(what);
}
