import { expect, test } from "vitest";
import type { Meeting } from "../src/api/client";
import { addressOf, byDay, daysFrom, filterOf, pathOf, wantedOf } from "../src/console/calendar";

const OWN = "ddb5290e-53d9-842d-80db-2a5a50f20c42";
const NOW = Date.parse("2026-11-30T17:30:00Z"); // already 1 December here

test("without days it is the week that begins today, here", () => {
  expect(wantedOf({}, OWN, NOW)).toEqual({
    organization: OWN,
    from: "2026-12-01",
    to: "2026-12-07",
    kind: "",
    state: "",
  });
  expect(daysFrom(NOW, 1)).toEqual({ from: "2026-12-01", to: "2026-12-01" });
  expect(wantedOf({ tu: "2026-12-28" }, OWN, NOW)).toMatchObject({ from: "2026-12-28", to: "2027-01-03" });
});

test("an address is read back as it was written, and what is no day, kind or id is not taken", () => {
  const wanted = wantedOf({ tu: "2026-12-01", den: "2026-12-31", loai: "executive", muc: "held" }, OWN, NOW);
  const query = Object.fromEntries(new URLSearchParams(addressOf(wanted).split("?")[1]));
  expect(wantedOf(query, "", NOW)).toEqual(wanted);
  expect(wantedOf({ noi: "../x", tu: "2026-13-45", loai: "x", muc: "draft" }, OWN, NOW)).toMatchObject({
    organization: OWN,
    from: "2026-12-01",
    kind: "",
    state: "",
  });
});

test("what is not chosen is not asked for, and a file is of whole months", () => {
  const wanted = wantedOf({ tu: "2026-12-04", den: "2027-01-02", loai: "regular" }, OWN, NOW);
  expect(pathOf(wanted)).toBe(`/v1/organizations/${OWN}/meetings?from=2026-12-04&to=2027-01-02&kind=regular&limit=100`);
  expect(filterOf(wanted)).toEqual({ from: "2026-12", to: "2027-01", kind: "regular" });
});

test("meetings stand under their day here, whatever day it is elsewhere", () => {
  const at = (starts_at: string) => ({ starts_at }) as Meeting;
  const list = [at("2026-12-04T18:00:00Z"), at("2026-12-04T12:30:00Z"), at("2026-12-04T01:00:00Z")];
  expect(byDay(list).map(({ day, meetings }) => [day, meetings.length])).toEqual([
    ["05/12/2026", 1],
    ["04/12/2026", 2],
  ]);
});
