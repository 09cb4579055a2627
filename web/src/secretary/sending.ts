/** Minutes on their way to the server, and what it has of them. */
import { isPassing, Refused, type Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Said } from "../ui/words";
import {
  bodyOf,
  type Content,
  disagrees,
  type Draft,
  NONE_SERVED,
  saysTheSame,
  type Served,
  servedOf,
} from "./minutes";

type Kept = Shapes["MeetingMinutes"];

export async function servedAt(path: string): Promise<Served> {
  try {
    return servedOf((await askMe<Kept>("GET", path)).body);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return NONE_SERVED;
    throw error;
  }
}

export interface Written {
  shown: Content;
  /** null: nothing here is his. */
  draft: Draft | null;
  topics: string[];
}

/** Sends, one after the other: each names the version that it follows. */
export class Sender {
  private last: Promise<unknown> = Promise.resolve();
  /** Sent, and no answer came: what the server has then may be ours. */
  private lost: Content | null = null;
  isBusy = false;

  constructor(
    private readonly path: string,
    private readonly has: { current: Served | null },
    private readonly written: { readonly current: Written },
  ) {}

  /** What the server has now; `follow` is told of it when that is what was sent from here. */
  async look(hear: (next: Served) => void, follow: (version: number) => void): Promise<void> {
    const now = await servedAt(this.path);
    hear(now);
    if (this.lost && saysTheSame(this.lost, now.content)) follow(now.version);
    this.lost = null;
  }
  get isLost(): boolean {
    return this.lost !== null;
  }

  put(content: Content, publish: boolean, before: () => Promise<void>): Promise<Served> {
    const mine = this.last.then(async () => {
      this.isBusy = true;
      try {
        await before();
        return await this.putNow(content, publish);
      } finally {
        this.isBusy = false;
      }
    });
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async putNow(content: Content, publish: boolean): Promise<Served> {
    const now = this.has.current ?? NONE_SERVED;
    const { draft, topics } = this.written.current;
    if (draft && disagrees(draft, now)) throw new Said(vi.minutes.choose);
    const body = bodyOf(content, now, topics, publish);
    const ifMatch = now.version > 0 ? `"${now.version}"` : undefined;
    try {
      const answer = await askMe<Kept>("PUT", this.path, { body, key: newKey(), ifMatch, waitS: 20 });
      this.has.current = servedOf(answer.body);
      return this.has.current;
    } catch (error) {
      if (!(error instanceof Refused) || isPassing(error.status)) this.lost = content;
      throw error;
    }
  }
}
