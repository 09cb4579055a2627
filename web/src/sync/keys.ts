/** Keys of what one screen sends, in the name of who opened it. A repeat of what may have arrived goes out under the
 * same key, so it is done once. What was changed meanwhile is another request, and so is what was refused: under a key
 * that it has seen the server takes no other body, and says its no again. What has arrived is done: who says the same
 * later, as after he took it back, wants it done again. */
import { type Answer, type Asking, isPassing, Refused } from "../api/client";
import { newKey } from "./lock";
import { askUntilDone, me, SignedOut } from "./session";

/** "steps": of several, the first are done once, however often the whole is begun again because a later one failed. */
type Kind = "single" | "steps";

interface Last {
  said: string;
  key: string;
}

export class Keys {
  private readonly last = new Map<string, Last>();
  private readonly member = me.value?.member_id;

  constructor(private readonly kind: Kind = "single") {}

  private lastOf(what: string, said: string): Last {
    const last = this.last.get(what);
    if (last?.said === said) return last;
    const next = { said, key: newKey() };
    this.last.set(what, next);
    return next;
  }

  /** What was sent after it, and is not answered yet, keeps its key. */
  private forget(what: string, sent: Last): void {
    if (this.last.get(what) === sent) this.last.delete(what);
  }

  async send<T>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    more: Asking = {},
  ): Promise<Answer<T>> {
    const what = `${method} ${path}`;
    if (!this.member) throw new SignedOut();
    const sent = this.lastOf(what, JSON.stringify([body, more.ifMatch]));
    try {
      const asking = { body, key: sent.key, waitS: 20, ...more };
      const answer = await askUntilDone<T>(this.member, method, path, asking);
      if (this.kind === "single") this.forget(what, sent);
      return answer;
    } catch (error) {
      if (error instanceof Refused && !isPassing(error.status)) this.forget(what, sent);
      throw error;
    }
  }
}
