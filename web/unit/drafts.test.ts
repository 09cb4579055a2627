import { expect, test } from "vitest";
import { type Change, changed, filled } from "../src/sync/drafts";

type Roll = { tapped: Record<string, string>; note: string };
const tap =
  (id: string): Change<Roll> =>
  ({ tapped }) => ({ tapped: { ...tapped, [id]: "excused" } });

test("what is written before it is known what was left is written into that, not over it", () => {
  const left: Roll = { tapped: { a: "excused", b: "unexcused" }, note: "hôm qua" };
  const early: Change<Roll>[] = [tap("c"), { note: "hôm nay" }, tap("d")];
  expect(early.reduce(changed<Roll>, left)).toEqual({
    tapped: { a: "excused", b: "unexcused", c: "excused", d: "excused" },
    note: "hôm nay",
  });
});

test("a draft of an earlier version has what was added since as in a blank one", () => {
  const blank = { title: "", targets: "", units: ["a"] };
  const left = { title: "Nghị quyết", units: [] } as unknown as typeof blank;
  expect(filled(blank, left)).toEqual({ title: "Nghị quyết", targets: "", units: [] });
  expect(filled(blank, undefined)).toBe(blank);
  expect(filled<string[]>(["a"], [])).toEqual([]);
  expect(filled<typeof blank | null>(null, left)).toBe(left);
});
