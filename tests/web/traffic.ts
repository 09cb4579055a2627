/** What pages have asked for and not been answered yet. */
import { type BrowserContext, expect, type Page, type Request } from "@playwright/test";

/** As the browser counts before it says "networkidle" – which it never says while a stream is open. */
const QUIET_MS = 300;

const isStream = (request: Request) => new URL(request.url()).pathname === "/v1/stream";

/** Calls `ended` once for each request that was answered whole, broke off or was given up. */
function onEnd(of: Page | BrowserContext, ended: (request: Request) => void): void {
  (of as Page).on("requestfinished", ended);
  (of as Page).on("requestfailed", ended);
}

/** The streams of a browser, from here on. */
export class Streams {
  readonly open = new Set<Request>();
  asked = 0;

  constructor(context: BrowserContext) {
    context.on("request", (request) => {
      if (!isStream(request)) return;
      this.open.add(request);
      this.asked++;
    });
    onEnd(context, (request) => this.open.delete(request));
  }
}

/** Whoever is told of something now is told by this stream: the server has said how far it has heard. */
export async function streamOpened(page: Page): Promise<void> {
  await page.waitForResponse((answer) => isStream(answer.request()) && answer.ok());
}

/** What a page waits for, from here on. The stream is none of it: it has no end. */
export class Traffic {
  private readonly underWay = new Set<Request>();
  private lastAt = Date.now();
  private leavesBy?: Request;

  constructor(page: Page) {
    page.on("request", (request) => {
      if (isStream(request)) return;
      if (request.isNavigationRequest()) this.leavesBy = request;
      this.underWay.add(request);
      this.lastAt = Date.now();
    });
    // The page before it asks on until the new one is there, and of some of that no end is ever told.
    page.on("framenavigated", (frame) => {
      if (frame !== page.mainFrame() || !this.leavesBy) return;
      for (const request of this.underWay) if (request !== this.leavesBy) this.underWay.delete(request);
      this.leavesBy = undefined;
    });
    onEnd(page, (request) => {
      if (this.underWay.delete(request)) this.lastAt = Date.now();
    });
    page.on("requestfailed", (request) => {
      if (request === this.leavesBy) this.leavesBy = undefined; // a download, or it was given up: he stays
    });
  }

  /** What it shows has come. */
  async settled(): Promise<void> {
    await expect.poll(() => this.loud(), { intervals: [50] }).toEqual([]);
  }

  private loud(): string[] {
    if (this.underWay.size > 0) return [...this.underWay].map((request) => request.url());
    return Date.now() - this.lastAt > QUIET_MS ? [] : ["a moment ago"];
  }
}
