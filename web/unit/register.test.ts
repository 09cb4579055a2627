import { expect, test } from "vitest";
import { titlesOf, topicsOf } from "../src/secretary/register";

const AGENDA = [
  {
    id: null,
    title: "Học tập văn bản mới",
    minutes: 20,
    documents: [{ id: "d1", title: "Kế hoạch mật 01" }],
    source: null,
    outcome: null,
  },
] as unknown as Parameters<typeof topicsOf>[0];

test("of papers a draft on the phone holds the ids, and no title", () => {
  expect(JSON.stringify(topicsOf(AGENDA))).not.toContain("mật");
  expect(topicsOf(AGENDA)).toMatchObject([{ title: "Học tập văn bản mới", minutes: 20, documents: [{ id: "d1" }] }]);
  expect(titlesOf(AGENDA).get("d1")).toBe("Kế hoạch mật 01");
});
