/** What befalls a phone: its battery is taken out, it lies in a drawer. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { type Browser, chromium, expect, type Page } from "@playwright/test";
import config from "./playwright.config";

/** A browser that can be killed: its process is ours, its profile stays. */
export class Killable {
  private process: ChildProcess | null = null;
  private browser: Browser | null = null;
  readonly profile = mkdtempSync(`${tmpdir()}/sotay-kill-`);

  /** A browser whose last process died now and then does not answer at first: that is not what is tried here. */
  async start(): Promise<{ browser: Browser; page: Page }> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.startOnce();
      } catch (error) {
        if (tries === 6) throw error;
        await this.strike();
      }
    }
  }

  private async strike(): Promise<void> {
    const ended = new Promise((resolve) => this.process!.once("exit", resolve));
    process.kill(-this.process!.pid!, "SIGKILL");
    await ended;
  }

  private async startOnce(): Promise<{ browser: Browser; page: Page }> {
    const { executablePath, args } = config.use!.launchOptions!;
    const where = [`--user-data-dir=${this.profile}`, "--remote-debugging-port=0", "--headless", "--no-first-run"];
    rmSync(`${this.profile}/DevToolsActivePort`, { force: true });
    // A group of its own: the whole browser goes at once, as when a phone's battery is taken out.
    this.process = spawn(executablePath!, [...args!, ...where], { detached: true, stdio: "ignore" });
    await expect.poll(() => existsSync(`${this.profile}/DevToolsActivePort`)).toBe(true);
    const port = () => readFileSync(`${this.profile}/DevToolsActivePort`, "utf8").split("\n")[0]!;
    await expect.poll(port).not.toBe("");
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port()}`, { timeout: 15_000 });
    this.browser = browser;
    const context = browser.contexts()[0]!;
    return { browser, page: context.pages()[0] ?? (await context.newPage()) };
  }

  async kill(): Promise<void> {
    // What is routed is let go of: its handlers have nobody to answer any more.
    for (const context of this.browser!.contexts()) await context.unrouteAll({ behavior: "ignoreErrors" });
    await this.strike();
    await this.browser!.close();
  }

  async throwAway(): Promise<void> {
    await this.kill();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
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
