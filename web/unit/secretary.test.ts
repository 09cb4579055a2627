import { expect, test } from "vitest";
import type { Meeting } from "../src/api/client";
import type { Attending } from "../src/secretary/api";
import { bodyOf, countOf, entriesOf, next, shownOf, withTapped } from "../src/secretary/roll";
import { dueStep, isUnfinished, stepsOf } from "../src/secretary/steps";

const NOW = Date.parse("2026-12-10T00:00:00Z");

/** 102 who are expected and 44 who are exempt, as in branch 10B. */
function branch(): { items: Attending[]; exempt: Set<string> } {
  const items = Array.from({ length: 146 }, (_, i) => ({
    member: { id: `m${i}`, full_name: `Nguyễn Văn ${String.fromCharCode(65 + (i % 26))}${i}` },
    state: null,
    reason: null,
    at: null,
  }));
  return { items, exempt: new Set(items.slice(102).map((item) => item.member.id)) };
}

test("untouched, all who are expected are present and the exempt are not asked for", () => {
  const { items, exempt } = branch();
  const entries = entriesOf(items, exempt);
  expect(countOf(entries)).toEqual({ present: 102, base: 102, exemptPresent: 0 });
  expect(bodyOf(entries)).toEqual({ entries: [], others: "present" });
});

test("exempt people who come never push a branch past its base", () => {
  const { items, exempt } = branch();
  const entries = entriesOf(items, exempt).map((entry) => (entry.isExempt ? next(entry) : entry));
  expect(countOf(entries)).toEqual({ present: 102, base: 102, exemptPresent: 44 });
  expect(bodyOf(entries).entries).toHaveLength(44);
});

test("a tap goes round, and only who is not present is named", () => {
  const { items, exempt } = branch();
  let entries = entriesOf(items, exempt);
  const tap = (id: string) => {
    entries = entries.map((entry) => (entry.id === id ? next(entry) : entry));
  };
  tap("m0");
  tap("m1");
  tap("m1");
  expect(bodyOf(entries).entries).toEqual(
    expect.arrayContaining([
      { member_id: "m0", state: "excused" },
      { member_id: "m1", state: "unexcused" },
    ]),
  );
  expect(countOf(entries)).toMatchObject({ present: 100 });
  tap("m0");
  tap("m0");
  tap("m1");
  expect(bodyOf(entries).entries).toEqual([]);
});

test("who reported his absence stands as such, with his reason, until he is tapped", () => {
  const { items, exempt } = branch();
  items[3] = { ...items[3]!, state: "excused", reason: "Ốm" };
  const entries = entriesOf(items, exempt);
  expect(bodyOf(entries).entries).toEqual([{ member_id: "m3", state: "excused", reason: "Ốm" }]);
  expect(next(entries.find((entry) => entry.id === "m3")!)).toMatchObject({ state: "unexcused", reason: null });
});

test.each(["excused", "unexcused"] as const)("who stands as %s and is present after all is named", (state) => {
  const { items, exempt } = branch();
  items[3] = { ...items[3]!, state };
  let entries = entriesOf(items, exempt);
  while (entries.find((entry) => entry.id === "m3")!.state !== "present")
    entries = entries.map((entry) => (entry.id === "m3" ? next(entry) : entry));
  expect(bodyOf(entries).entries).toEqual([{ member_id: "m3", state: "present" }]);
});

test("an exempt member who stands as present and was not there is named as exempt", () => {
  const { items, exempt } = branch();
  items[120] = { ...items[120]!, state: "present" };
  const entries = entriesOf(items, exempt);
  expect(bodyOf(entries).entries).toEqual([{ member_id: "m120", state: "present" }]);
  const tapped = entries.map((entry) => (entry.id === "m120" ? next(entry) : entry));
  expect(bodyOf(tapped).entries).toEqual([{ member_id: "m120", state: "exempt" }]);
});

test("who became exempt after he had reported an absence needs no excuse any more", () => {
  const { items, exempt } = branch();
  items[120] = { ...items[120]!, state: "excused", reason: "Ốm" };
  expect(bodyOf(entriesOf(items, exempt)).entries).toMatchObject([{ member_id: "m120", state: "exempt" }]);
});

test("what was tapped stands when the roll is heard anew, and the news of the others is taken", () => {
  const { items, exempt } = branch();
  items[4] = { ...items[4]!, state: "excused", reason: "Ốm" };
  const entries = withTapped(entriesOf(items, exempt), { m3: "unexcused", m120: "present", m121: "excused" });
  expect(bodyOf(entries).entries).toEqual(
    expect.arrayContaining([
      { member_id: "m3", state: "unexcused" },
      { member_id: "m4", state: "excused", reason: "Ốm" },
      { member_id: "m120", state: "present" },
    ]),
  );
  expect(bodyOf(entries).entries).toHaveLength(3);
});

test("a name is found without accents", () => {
  const { items, exempt } = branch();
  expect(shownOf(entriesOf(items, exempt), "nguyen van c2").map((entry) => entry.id)).toContain("m28");
});

function meeting(change: Partial<Meeting>): Meeting {
  return {
    state: "scheduled",
    starts_at: "2026-12-04T12:30:00Z",
    attendance: null,
    minutes: null,
    resolution: null,
    ...change,
  } as Meeting;
}
const ROLL = { base: 10, present: 9, excused: 1, unexcused: 0, exempt: 0, exempt_present: 0, unmarked: 0 };
const MINUTES = { text: "x", conclusions: [], document_id: null, published_at: "2026-12-05T00:00:00Z" };

test.each([
  ["nothing is registered", undefined, "register"],
  ["a draft is not registered", meeting({ state: "draft" }), "register"],
  ["it is to come", meeting({ starts_at: "2026-12-20T12:30:00Z" }), "read"],
  ["its hour is over", meeting({}), "roll"],
  ["it is held without a roll", meeting({ state: "held" }), "roll"],
  ["the roll is taken", meeting({ state: "held", attendance: ROLL }), "minutes"],
  ["the minutes are public", meeting({ state: "held", attendance: ROLL, minutes: MINUTES }), "resolution"],
])("when %s the next step is the right one", (_, given, expected) => {
  expect(stepsOf(given, NOW).find((step) => step.state === "next")?.name).toBe(expected);
});

test("a step is late only once the server says that it is overdue", () => {
  const resolution = { document_id: null, published_at: null, due_at: "2026-12-06T16:59:59Z", overdue: true };
  const steps = stepsOf(meeting({ state: "held", attendance: ROLL, minutes: MINUTES, resolution }), NOW);
  expect(steps.at(-1)).toEqual({ name: "resolution", state: "late" });
});

test("what was begun comes before the next month; what is complete, or too late to begin, is passed over", () => {
  const published_at = "2026-12-06T00:00:00Z";
  const resolution = { document_id: "d", published_at, due_at: "2026-12-06T16:59:59Z", overdue: false };
  const done = meeting({ state: "held", attendance: ROLL, minutes: MINUTES, resolution });
  const none = stepsOf(undefined, NOW);
  expect(dueStep([stepsOf(meeting({}), NOW), none], 28)).toMatchObject({ month: 0, step: { name: "roll" } });
  expect(dueStep([stepsOf(done, NOW), none], 10)).toMatchObject({ month: 1, step: { name: "register" } });
  expect(dueStep([none, none], 20)).toMatchObject({ month: 0, step: { name: "register" } });
  expect(dueStep([none, none], 21)).toMatchObject({ month: 1, step: { name: "register" } });
});

test("of the month before, what was begun comes first until it is complete; what never was is left", () => {
  const none = stepsOf(undefined, NOW);
  const begun = stepsOf(meeting({ state: "held", attendance: ROLL }), NOW);
  expect([none, begun].map(isUnfinished)).toEqual([false, true]);
  expect(dueStep([begun, none, none], 5)).toMatchObject({ month: 0, step: { name: "minutes" } });
  expect(dueStep([begun, none, none].slice(1), 5)).toMatchObject({ month: 0, step: { name: "register" } });
});
