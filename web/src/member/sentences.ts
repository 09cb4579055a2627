/** What is read aloud at once: Chrome falls silent after fifteen seconds, so a sentence, and at most 200 characters of
 * it. */
export const CHARACTERS_MOST = 200;

/** Breaks a long one behind a comma or a space. */
function pieces(sentence: string): string[] {
  if (sentence.length <= CHARACTERS_MOST) return [sentence];
  const head = sentence.slice(0, CHARACTERS_MOST);
  const comma = Math.max(head.lastIndexOf(", "), head.lastIndexOf("; "));
  const space = head.lastIndexOf(" ");
  const at = comma > 60 ? comma + 1 : space > 0 ? space : CHARACTERS_MOST;
  return [sentence.slice(0, at).trim(), ...pieces(sentence.slice(at).trim())];
}

export function sentencesOf(text: string): string[] {
  return text
    .replace(/([.!?;:])\s+/g, "$1\n")
    .split(/\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "")
    .flatMap(pieces);
}
