/** The key of one-time codes, as one types it into the app that makes them: in fours. */
export function secretOf(uri: string): string {
  const secret = /[?&]secret=([A-Z2-7]+)/i.exec(uri)?.[1] ?? "";
  return secret.match(/.{1,4}/g)?.join(" ") ?? "";
}
