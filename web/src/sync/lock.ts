/** One tab at a time does what a name stands for. Where the browser has no locks, all tabs do it: what they guard is
 * made so that twice does no harm. `stop` ends the wait for it; then nothing is done. */
export function withLock<T>(name: string, work: () => Promise<T>, stop?: AbortSignal): Promise<T> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return work();
  return (stop ? locks.request(name, { signal: stop }, work) : locks.request(name, work)) as Promise<T>;
}

/** UUIDv7 (RFC 9562): what is made later sorts later, which the databases behind like. */
export function newKey(now = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0, rest = now; i < 6; i++, rest = Math.floor(rest / 256)) bytes[5 - i] = rest % 256;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
