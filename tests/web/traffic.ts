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

  constructor(page: Page) {
    page.on("request", (request) => {
      if (isStream(request)) return;
      if (request.isNavigationRequest()) this.underWay.clear(); // what the page before it waited for
      this.underWay.add(request);
      this.lastAt = Date.now();
    });
    onEnd(page, (request) => {
      if (this.underWay.delete(request)) this.lastAt = Date.now();
    });
    // Nor does the page before it hear of the end of what it asked for as it left.
    page.on("framenavigated", (frame) => {
      if (frame !== page.mainFrame()) return;
      for (const request of this.underWay) if (!request.isNavigationRequest()) this.underWay.delete(request);
    });
  }

  /** What it shows has come. */
  async settled(): Promise<void> {
    const awaited = () => [...this.underWay].map((request) => request.url());
    const last = () => (Date.now() - this.lastAt > QUIET_MS ? [] : ["what follows the last answer"]);
    await expect.poll(() => [...awaited(), ...last()], { intervals: [50] }).toEqual([]);
  }
}
