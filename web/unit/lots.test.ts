import { expect, test } from "vitest";
import { lotsOf } from "../src/ui/lots";

test("a list goes in parts, the last as long as is left; of nothing there is none", () => {
  expect(lotsOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(lotsOf([], 2)).toEqual([]);
});
