import { expect, test } from "vitest";
import { bodyOf, isHalfQuiet, type Rules, typedOf } from "../src/console/rules";

const CITY: Rules = {
  version: 0,
  effective_on: null,
  inherited_from: null,
  registration_day: 20,
  agenda_limit_minutes: 90,
  resolution_due_days: 2,
  reminders: [{ kind: "not_registered", offset_hours: 0 }],
  quiet_from: "21:00",
  quiet_to: "07:00",
  review: "year",
  retention_days: 1825,
  term_started_on: null,
};
const OWN: Rules = { ...CITY, version: 3, registration_day: 15, quiet_from: "20:00" };

test("a field says what is the organisation's own, and nothing where it follows what is above", () => {
  expect(typedOf(OWN, CITY)).toMatchObject({
    registration_day: "15",
    quiet_from: "20:00",
    retention_days: "",
    review: "",
  });
  const following = { ...OWN, inherited_from: { id: "d", name: "Quận", level: "district" as const } };
  expect(typedOf(following, CITY).registration_day).toBe("");
  expect(typedOf(CITY, null).registration_day).toBe("");
});

test("what is left empty is taken from above, and what is read is sent back as it was", () => {
  const typed = { ...typedOf(OWN, CITY), quiet_to: "06:00" };
  expect(bodyOf(typed, "", OWN, CITY)).toEqual({ registration_day: 15, quiet_from: "20:00", quiet_to: "06:00" });
  expect(bodyOf({ ...typed, registration_day: "" }, "2027-01-01", OWN, CITY)).toEqual({
    quiet_from: "20:00",
    quiet_to: "06:00",
    effective_on: "2027-01-01",
  });
});

test("reminders of its own stay when something else is changed", () => {
  const own = { ...OWN, reminders: [] };
  expect(bodyOf(typedOf(own, CITY), "", own, CITY).reminders).toEqual([]);
});

test("an hour of quiet needs the other", () => {
  expect(isHalfQuiet(typedOf(OWN, CITY))).toBe(true);
  expect(isHalfQuiet(typedOf(CITY, null))).toBe(false);
});
