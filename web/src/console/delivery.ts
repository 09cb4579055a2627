/** How a notification on its way is followed: how often, and until when. */
import type { Shapes } from "../api/client";

export type Delivered = Shapes["Delivery"];

const OFTEN_MS = 2_000;
const SELDOM_MS = 10_000;
/** Looks in a row at which nothing is new: so many often, so many seldom, and then whoever waits asks himself, as when
 * phones are quiet until the morning. */
const OFTEN = 10;
const SELDOM = 20;
/** A push is heard of some seconds after its paper. */
const HEARD_AFTER = 5;

/** Nothing goes to phones, as far as is known: it lies in inboxes, or has just been issued. */
export function isSilent({ recipients, devices, started_at, held_until, settled_at }: Delivered): boolean {
  return recipients === 0 && devices === 0 && !started_at && !held_until && !settled_at;
}

/** How long until the next look, after so many at which nothing was new; null: there is none. `found` null: the server
 * does not know of it yet. */
export function nextLookMs(found: Delivered | null, quiet: number): number | null {
  if (found?.settled_at || (found && isSilent(found) && quiet >= HEARD_AFTER)) return null;
  if (quiet < OFTEN) return OFTEN_MS;
  return quiet < OFTEN + SELDOM ? SELDOM_MS : null;
}

export function isNews(before: Delivered | null, now: Delivered): boolean {
  return JSON.stringify(before) !== JSON.stringify(now);
}
