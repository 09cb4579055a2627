import { expect, test } from "vitest";
import { changedOf, clashesOf } from "../src/ui/typed";

const BASE = { name: "Chi bộ 1", day: "5", where: "" };

test("what somebody else changed and was not touched here is no clash", () => {
  expect(clashesOf(BASE, { name: "Chi bộ 2" }, { ...BASE, day: "7" })).toEqual({});
});

test("what both changed is one, with what the server has now, unless they say the same", () => {
  expect(clashesOf(BASE, { name: "Chi bộ 2", day: "6" }, { ...BASE, name: "Chi bộ 3", day: "6" })).toEqual({
    name: "Chi bộ 3",
  });
});

test("what was typed back to what it was overwrites nobody unasked", () => {
  expect(clashesOf(BASE, { name: "Chi bộ 1" }, { ...BASE, name: "Chi bộ 3" })).toEqual({ name: "Chi bộ 3" });
});

test("only what was touched, and is not so already, is said to the server", () => {
  expect(changedOf({ name: "Chi bộ 2", day: "5" }, BASE)).toEqual({ name: "Chi bộ 2" });
  expect(changedOf({}, { ...BASE, name: "Chi bộ 3" })).toEqual({});
});
