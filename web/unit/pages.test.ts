import { expect, test } from "vitest";
import { cursorOf, restOf, withPage } from "../src/ui/pages";

const FIRST = { items: [1, 2], next_cursor: "a" };
const SECOND = withPage(null, "/x", FIRST, "a", { items: [3, 4], next_cursor: "b" });
const THIRD = withPage(SECOND, "/x", FIRST, "b", { items: [5], next_cursor: null });

test("pages follow each other to the end", () => {
  expect(SECOND).toMatchObject({ items: [3, 4], next_cursor: "b" });
  expect(THIRD).toMatchObject({ items: [3, 4, 5], next_cursor: null });
  expect([cursorOf(null, FIRST), cursorOf(SECOND, FIRST), cursorOf(THIRD, FIRST)]).toEqual(["a", "b", null]);
});

test("a first page that was asked for anew and ends where it did takes nothing off the screen", () => {
  expect(restOf(THIRD, "/x", { items: [1, 2], next_cursor: "a" })).toBe(THIRD);
  expect(restOf(THIRD, "/x", { items: [0, 1], next_cursor: "c" })).toBeNull();
  expect(restOf(THIRD, "/y", FIRST)).toBeNull();
  expect(restOf(THIRD, "/x", null)).toBeNull();
});

test("an answer to another question, or one that came twice, is not appended", () => {
  const late = { items: [9], next_cursor: "z" };
  expect(withPage(SECOND, "/x", FIRST, "a", late)).toBe(SECOND);
  expect(withPage(null, "/y", { items: [7], next_cursor: "q" }, "a", late)).toBeNull();
  expect(withPage(null, "/x", { items: [1], next_cursor: null }, "a", late)).toBeNull();
});
