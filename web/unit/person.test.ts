import { expect, test } from "vitest";
import { changesOf, formOf, needsReason, type Profile } from "../src/secretary/person";

const MEMBER = {
  id: "m",
  full_name: "Hồ Văn An",
  phone: "+84600000084",
  occupation: "student",
  status: "probationary",
  exempt: false,
  version: 3,
} as Profile;

test("what was not touched is not sent", () => {
  expect(changesOf(MEMBER, formOf(MEMBER))).toEqual({});
  expect(needsReason(MEMBER, formOf(MEMBER))).toBe(false);
});

test("a number that is emptied is taken away, and a name is sent without what fingers add", () => {
  expect(changesOf(MEMBER, { ...formOf(MEMBER), phone: " ", name: " Hồ Văn Anh " })).toEqual({
    full_name: "Hồ Văn Anh",
    phone: null,
  });
});

test("what he is in the branch changes for a reason, from a day on", () => {
  const form = { ...formOf(MEMBER), status: "left" as const, leftReason: "died" as const, reason: "Qua đời" };
  expect(needsReason(MEMBER, form)).toBe(true);
  expect(changesOf(MEMBER, form)).toEqual({ status: "left", left_reason: "died", reason: "Qua đời" });
  expect(changesOf(MEMBER, { ...formOf(MEMBER), isExempt: true, reason: "70 tuổi", from: "2026-12-01" })).toEqual({
    exempt: true,
    reason: "70 tuổi",
    effective_on: "2026-12-01",
  });
});
