import { expect, test } from "vitest";
import type { Shapes } from "../src/api/client";
import { branchesOf, comparedOf, registeredPercent, sharesOf } from "../src/console/drawing";

const MONTHS = [
  { month: "2026-11", registered: 60, on_time: 51, held: 58, attendance_percent: 93, read_percent: 70 },
  { month: "2026-12", registered: 12, on_time: 12, held: 0, attendance_percent: null, read_percent: null },
].map((each) => ({ ...each, resolutions_overdue: 0 }));

function child(name: string, branches: number, missing: number): Shapes["Dashboard"] {
  const organization = { id: name, name, level: "grassroots" };
  return { organization, branches, meetings: { branches_not_registered: missing } } as Shapes["Dashboard"];
}

test("a trend is drawn month by month, counts apart from shares", () => {
  expect(branchesOf(MONTHS)).toMatchObject({ names: ["11/2026", "12/2026"], unit: "" });
  expect(branchesOf(MONTHS).lines.map((line) => line.values)).toEqual([
    [60, 12],
    [51, 12],
    [58, 0],
  ]);
  expect(sharesOf(MONTHS).unit).toBe("%");
});

test("what nobody was at is no share of nought", () => {
  expect(sharesOf(MONTHS).lines[0]!.values).toEqual([93, null]);
  expect(registeredPercent(child("A", 0, 0))).toBeNull();
});

test("those below are compared by how many have registered, if there are some and not too many", () => {
  const [three, all] = [child("A", 4, 1), child("B", 5, 0)];
  expect(comparedOf([three, all])).toMatchObject({ form: "bar", names: ["A", "B"], unit: "%" });
  expect(comparedOf([three, all])!.lines[0]!.values).toEqual([75, 100]);
  expect(comparedOf([three])).toBeNull();
  expect(comparedOf(Array.from({ length: 41 }, () => all))).toBeNull();
});
