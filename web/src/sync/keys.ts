/** Keys of what one screen sends. A repeat of what may have arrived goes out under the same key, so it is done once.
 * What was changed meanwhile is another request, and so is what was refused: under a key that it has seen the server
 * takes no other body, and says its no again. */
import { type Answer, type Asking, isPassing, Refused } from "../api/client";
import { newKey } from "./lock";
import { askMe } from "./session";

export class Keys {
  private readonly last = new Map<string, { said: string; key: string }>();

  private keyOf(what: string, body: unknown): string {
    const said = JSON.stringify(body) ?? "";
    const last = this.last.get(what);
    if (last?.said === said) return last.key;
    const key = newKey();
    this.last.set(what, { said, key });
    return key;
  }

  async send<T>(method: "POST" | "PUT", path: string, body: unknown, more: Asking = {}): Promise<Answer<T>> {
    const what = `${method} ${path}`;
    try {
      return await askMe<T>(method, path, { body, key: this.keyOf(what, body), waitS: 20, ...more });
    } catch (error) {
      if (error instanceof Refused && !isPassing(error.status)) this.last.delete(what);
      throw error;
    }
  }
}
