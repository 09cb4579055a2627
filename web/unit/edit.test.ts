import { expect, test } from "vitest";
import { bodyOf, editedOf } from "../src/admin/edit";
import type { Organization } from "../src/admin/place";

const BRANCH = { name: "Chi bộ 1", meeting_day: 5, meeting_time: "19:30:00", meeting_place: null } as Organization;

test("what an organisation says of itself stands in fields as people write it", () => {
  expect(editedOf(BRANCH)).toEqual({ name: "Chi bộ 1", day: "5", time: "19:30", where: "" });
});

test("what was not touched is not sent, and what was emptied is taken away", () => {
  expect(bodyOf({}, BRANCH)).toEqual({});
  expect(bodyOf({ name: " Chi bộ 2 ", day: "", time: "19:30", where: "Nhà văn hóa" }, BRANCH)).toEqual({
    name: "Chi bộ 2",
    meeting_day: null,
    meeting_place: "Nhà văn hóa",
  });
});
