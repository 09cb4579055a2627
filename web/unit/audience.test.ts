import { expect, test } from "vitest";
import { audienceOf, type Organization, placesAsked, willSee } from "../src/console/audience";

const DISTRICT: Organization = { id: "d", name: "Đảng bộ quận", level: "district", members: 1234 };
const BRANCH: Organization = { id: "b", name: "Chi bộ 1", level: "branch", members: 20 };

function audience(readership: Parameters<typeof audienceOf>[0], chosen: string[] = []) {
  const { organization_ids = [], roles = [], subtree = false } = audienceOf(readership, "d", chosen);
  return {
    classification: "internal" as const,
    audience: { organization_ids, roles, subtree, member_ids: [] as string[] },
  };
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

test("a public paper is everybody's, whatever it is addressed to", () => {
  const paper = { ...audience("leaders"), classification: "public" as const };
  expect(placesAsked(paper)).toEqual([]);
  expect(willSee(paper, [])).toBe("mọi đảng viên trong thành phố");
});

test("who is named is counted, not the members of no place", () => {
  const named = { organization_ids: [], roles: [], subtree: false, member_ids: ["m", "n"] };
  expect(willSee({ classification: "internal", audience: named }, [])).toBe("2 người được nêu tên");
  const paper = { ...audience("everyone", ["b"]), classification: "restricted" as const };
  expect(willSee({ ...paper, audience: { ...paper.audience, member_ids: ["m"] } }, [])).toBe("1 người được nêu tên");
  const both = audience("everyone", ["b"]);
  expect(willSee({ ...both, audience: { ...both.audience, member_ids: ["m"] } }, [BRANCH])).toBe(
    "20 đảng viên của Chi bộ 1; 1 người được nêu tên",
  );
});

test("of very many places some are named and the others counted", () => {
  const many = Array.from({ length: 60 }, (_, i) => ({ ...BRANCH, id: String(i), name: `Chi bộ ${i + 1}` }));
  expect(willSee(audience("everyone", ["b"]), many)).toBe(
    "1.200 đảng viên của Chi bộ 1, Chi bộ 2, Chi bộ 3, Chi bộ 4, Chi bộ 5, 55 nơi khác",
  );
});
