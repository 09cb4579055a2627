import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const WORDS_MOST = 12;
const FILES = ["vi", "fields", "branch", "office", "paper"].map(
  (name) => new URL(`../src/i18n/${name}.ts`, import.meta.url),
);

/** What people read, a sentence each; what is put in counts as a word. */
function sentencesIn(source: string): string[] {
  const literals = [...source.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)];
  return literals
    .map(([, plain, made]) => plain ?? made!.replace(/\$\{[^}]*\}/g, "X"))
    .flatMap((text) => text.split(/[.?!:;…]+(?:\s|$)/))
    .map((sentence) => sentence.trim());
}

test.each(FILES.map((file) => [file.pathname.split("/").at(-1)!, file] as const))("%s is said in short", (_, file) => {
  const long = sentencesIn(readFileSync(file, "utf8")).filter((each) => each.split(/\s+/).length > WORDS_MOST);
  expect(long).toEqual([]);
});
