import { describe, expect, test } from "vitest";
import * as format from "../src/i18n/format";

const EVENING = "2026-12-04T12:30:00Z"; // half past seven in the city
const NIGHT = "2026-12-03T18:05:00Z"; // five past one of the day after

describe("a moment is the city's, whatever the phone's zone", () => {
  test.each([
    [format.moment, EVENING, "Thứ Sáu, 04/12/2026, 19\u00a0giờ\u00a030"],
    [format.moment, NIGHT, "Thứ Sáu, 04/12/2026, 1\u00a0giờ\u00a005"],
    [format.weekday, "2026-12-06T00:00:00Z", "Chủ nhật, 06/12/2026"],
    [format.clock, "2026-12-04T01:15:00Z", "08:15"],
    [format.day, NIGHT, "04/12/2026"],
    [format.toField, EVENING, "2026-12-04T19:30"],
    [format.fromField, "2026-12-04T19:30", EVENING],
  ])("%o", (write, given, expected) => expect(write(given)).toBe(expected));
});

test("what a field holds and is no moment is nothing, and kills no screen", () => {
  for (const text of ["", "2026-12-04", "202619-12-04T19:30", "2026-13-45T19:30", "19:30"]) {
    expect(format.fromField(text)).toBe("");
    expect(format.momentOf(text)).toBe("");
  }
  expect(format.momentOf("2026-12-04T19:30")).toBe(format.moment(EVENING));
});

test("a date that is no moment stays as it is", () => {
  expect(format.date("2026-12-04")).toBe("04/12/2026");
});

test("a copy of today says its hour, an older one its day", () => {
  const now = Date.parse("2026-12-04T03:00:00Z");
  expect(format.since(Date.parse("2026-12-04T01:15:00Z"), now)).toBe("08:15");
  expect(format.since(Date.parse("2026-12-01T01:15:00Z"), now)).toBe("08:15, 01/12/2026");
});

test("months go on over the end of a year", () => {
  expect(format.monthOf(EVENING)).toBe("2026-12");
  expect(format.monthOf(EVENING, 1)).toBe("2027-01");
  expect(format.monthOf("2026-12-31T18:00:00Z")).toBe("2027-01");
  expect(format.month("2026-12")).toBe("tháng 12/2026");
});

test("days are counted by the calendar, not by hours", () => {
  const lateEvening = Date.parse("2026-12-03T16:59:00Z");
  expect(format.daysTo(EVENING, lateEvening)).toBe(1);
  expect(format.daysTo(EVENING, Date.parse("2026-12-03T17:01:00Z"))).toBe(0);
  expect(format.daysTo(EVENING, Date.parse("2026-12-06T00:00:00Z"))).toBe(-2);
});

test("official figures are not rounded to whole ones", () => {
  expect(format.measured(8.02, "%")).toBe("8,02%");
  expect(format.measured(1234.5, "tỷ đồng")).toBe("1.234,5\u00a0tỷ đồng");
  expect(format.measured(442000, "")).toBe("442.000");
  expect(format.measured(-0.25, "% so với năm trước")).toBe("-0,25% so với năm trước");
});

test("numbers have points, parts of nothing have none", () => {
  expect(format.number(442000)).toBe("442.000");
  expect(format.number(999)).toBe("999");
  expect(format.percent(95, 102)).toBe("93%");
  expect(format.percent(0, 0)).toBe("–");
  expect(format.bytes(1_540_000)).toBe("1,5 MB");
  expect(format.bytes(4_000)).toBe("4 kB");
});
