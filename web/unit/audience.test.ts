import { expect, test } from "vitest";
import { audienceOf, type Organization, willSee } from "../src/console/audience";

const DISTRICT: Organization = { id: "d", name: "Đảng bộ quận", level: "district", members: 1234 };
const BRANCH: Organization = { id: "b", name: "Chi bộ 1", level: "branch", members: 20 };

function audience(readership: Parameters<typeof audienceOf>[0], chosen: string[] = []) {
  const { organization_ids = [], roles = [], subtree = false } = audienceOf(readership, "d", chosen);
  return { organization_ids, roles, subtree, member_ids: [] };
}

test("a paper goes to the whole organisation unless places below were chosen", () => {
  expect(audienceOf("everyone", "d", [])).toEqual({ organization_ids: ["d"], subtree: true });
  expect(audienceOf("leaders", "d", ["b"])).toEqual({
    organization_ids: ["b"],
    subtree: true,
    roles: ["secretary", "deputy_secretary"],
  });
});

test("who will see it is said before it is issued", () => {
  expect(willSee(audience("everyone"), [DISTRICT])).toBe("1.234 đảng viên của Đảng bộ quận và các đơn vị trực thuộc");
  expect(willSee(audience("everyone", ["b"]), [BRANCH])).toBe("20 đảng viên của Chi bộ 1");
  expect(willSee(audience("leaders"), [DISTRICT])).toBe("bí thư, phó bí thư của Đảng bộ quận và các đơn vị trực thuộc");
});
