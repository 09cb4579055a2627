/** Keys of what one screen sends, in the name of who opened it. A repeat of what may have arrived goes out under the
 * same key, so it is done once. What was changed meanwhile is another request, and so is what was refused: under a key
 * that it has seen the server takes no other body, and says its no again. What has arrived is done: who says the same
 * later, as after he took it back, wants it done again. */
import { type Answer, type Asking, isPassing, Refused } from "../api/client";
import { newKey } from "./lock";
import { askUntilDone, me, SignedOut } from "./session";

/** "steps": of several, the first are done once, however often the whole is begun again because a later one failed. */
type Kind = "single" | "steps";

export class Keys {
  private readonly last = new Map<string, { said: string; key: string }>();
  private readonly member = me.value?.member_id;

  constructor(private readonly kind: Kind = "single") {}

  private keyOf(what: string, said: string): string {
    const last = this.last.get(what);
    if (last?.said === said) return last.key;
    const key = newKey();
    this.last.set(what, { said, key });
    return key;
  }

  async send<T>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    more: Asking = {},
  ): Promise<Answer<T>> {
    const what = `${method} ${path}`;
    if (!this.member) throw new SignedOut();
    try {
      const key = this.keyOf(what, JSON.stringify([body, more.ifMatch]));
      const answer = await askUntilDone<T>(this.member, method, path, { body, key, waitS: 20, ...more });
      if (this.kind === "single") this.last.delete(what);
      return answer;
    } catch (error) {
      if (error instanceof Refused && !isPassing(error.status)) this.last.delete(what);
      throw error;
    }
  }
}
