/** Who looks after many leaves their names open on no screen: after a quarter of an hour without a hand at it the
 * app asks for the password again. The hour of the last touch is of the browser, so all its tabs close and open
 * together. */
import { signal } from "@preact/signals";

const NAME = "sotay-used";
export const LOCK_AFTER_MS = 15 * 60_000;
const LOOK_EVERY_MS = 10_000;
/** A touch is written down this often at most. */
const WRITE_EVERY_MS = 5_000;

export const isIdle = signal(false);

function lastTouch(): number {
  try {
    return Number(localStorage.getItem(NAME)) || 0;
  } catch {
    return 0;
  }
}

/** Whether so long after the last touch it is closed; never touched: it has just begun. A clock that was put back says
 * nothing about how long it was. */
export function isTooLong(last: number, now: number): boolean {
  return last > 0 && (now - last > LOCK_AFTER_MS || last - now > LOCK_AFTER_MS);
}

export function look(now = Date.now()): void {
  isIdle.value = isTooLong(lastTouch(), now);
}

/** Somebody is there; what is closed already does not open by that. */
export function touch(now = Date.now()): void {
  const last = lastTouch();
  if (isTooLong(last, now)) {
    isIdle.value = true;
    return;
  }
  if (now - last >= WRITE_EVERY_MS || last > now) wake(now);
}

/** He has said his password. */
export function wake(now = Date.now()): void {
  try {
    localStorage.setItem(NAME, String(now));
  } catch {
    // It is then not closed: without storage nothing is kept here either.
  }
  isIdle.value = false;
}

export function startIdle(): void {
  look();
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => touch(), { capture: true });
  document.addEventListener("visibilitychange", () => look());
  setInterval(() => look(), LOOK_EVERY_MS);
}
