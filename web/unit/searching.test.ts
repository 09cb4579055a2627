import { expect, test } from "vitest";
import { askedIn, askingFor, excerptOf, isFiltered, NOTHING, placeOf } from "../src/member/searching";

const ID = "0190f3a2-0000-7000-8000-000000000001";

test("what is asked stands in the address, and is read from it again", () => {
  const asked = {
    q: "kinh tế & xã hội",
    kind: "directive",
    organization: ID,
    from: "2026-01-01",
    to: "",
    isInForce: true,
  };
  const [path, query] = placeOf(asked as never).split("?");
  expect(path).toBe("/app/van-ban");
  expect(askedIn(Object.fromEntries(new URLSearchParams(query)))).toEqual(asked);
  expect(placeOf(NOTHING)).toBe("/app/van-ban");
});

test("an address that nobody made here asks for nothing", () => {
  expect(askedIn({ loai: "../x", noi: "1", tu: "hôm qua", den: "2026-13-40", hieuluc: "đúng" })).toEqual(NOTHING);
});

test("the API is asked for what was said and for nothing else", () => {
  expect(askingFor("/v1/search", { ...NOTHING, q: "thu phí" }, 20)).toBe("/v1/search?q=thu%20ph%C3%AD&limit=20");
  expect(askingFor("/v1/documents", { ...NOTHING, to: "2026-12-31", isInForce: true }, 5)).toBe(
    "/v1/documents?to=2026-12-31&in_force=true&limit=5",
  );
  expect(isFiltered({ ...NOTHING, q: "x" })).toBe(false);
  expect(isFiltered({ ...NOTHING, from: "2026-01-01" })).toBe(true);
});

const joined = (parts: { text: string }[]) => parts.map(({ text }) => text).join("");

test("a short passage is whole, with what was found marked", () => {
  const parts = excerptOf("Mỗi tháng họp một lần", [{ start: 4, end: 9 }]);
  expect(parts).toEqual([
    { text: "Mỗi ", isFound: false },
    { text: "tháng", isFound: true },
    { text: " họp một lần", isFound: false },
  ]);
});

test("places count UTF-16 units: a letter beyond the first plane is two", () => {
  const text = "𝐀 tháng";
  expect(excerptOf(text, [{ start: 3, end: 8 }])).toContainEqual({ text: "tháng", isFound: true });
});

test("of a long passage what is around the first place is shown, in whole words", () => {
  const text = `${"trước ".repeat(200)}ở đây ${"sau ".repeat(200)}`;
  const start = text.indexOf("ở đây");
  const parts = excerptOf(text, [{ start, end: start + 5 }]);
  expect(parts.filter(({ isFound }) => isFound)).toEqual([{ text: "ở đây", isFound: true }]);
  expect(joined(parts)).toMatch(/^…trước .* ở đây sau .*sau …$/);
  expect(joined(parts).length).toBeLessThan(420);
});

test("two places that lie in each other are marked once", () => {
  const text = "kinh tế tập thể";
  expect(
    joined(
      excerptOf(text, [
        { start: 0, end: 7 },
        { start: 5, end: 15 },
      ]),
    ),
  ).toBe(text);
});

test("what was found beyond the excerpt is left out, and a passage without places begins at its beginning", () => {
  const text = "chữ ".repeat(300);
  expect(
    excerptOf(text, [
      { start: 0, end: 3 },
      { start: 1000, end: 1003 },
    ]).filter((part) => part.isFound),
  ).toHaveLength(1);
  expect(joined(excerptOf(text, [])).startsWith("chữ chữ")).toBe(true);
});
