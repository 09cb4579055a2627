import { expect, test } from "vitest";
import { idOf, monthIn } from "../src/ui/address";

const ID = "0190f3a2-0000-7000-8000-000000000001";

test("an address names an id or nothing: no path of the API can be written into it", () => {
  expect(idOf(ID)).toBe(ID);
  const others = [undefined, "", "1", `${ID}/publish`, `../${ID}`, `${ID}?x=1`, `${ID}\n`];
  for (const text of others) expect(idOf(text)).toBeNull();
});

test("a month of an address is one", () => {
  expect(monthIn("2026-12")).toBe("2026-12");
  for (const text of [undefined, "", "2026-13", "2026-1", "2026-12&limit=1"]) expect(monthIn(text)).toBeNull();
});
