import { expect, test } from "vitest";
import type { Shapes } from "../src/api/client";
import { clausesOf, clausesOfBoth, partsAbove, replacedHeads } from "../src/member/clauses";

type Passage = Shapes["Passage"];

function passage(address: string, label: string, text: string, by: string | null = null): Passage {
  const replaced_by = by ? { document_id: by, address: null } : null;
  return { address, label, text, replaced_by, citation: label, url: `#${address}` } as unknown as Passage;
}

const TEXT = `QUY ĐỊNH
về sinh hoạt

Điều 1. Phạm vi
Mọi đảng viên:
1. Chính thức;
2. Dự bị.

Điều 2. Hiệu lực
Từ hôm nay.`;
const PASSAGES = [
  passage("mo-dau", "phần mở đầu", "QUY ĐỊNH về sinh hoạt"),
  passage("dieu-1", "Điều 1", "Điều 1. Phạm vi Mọi đảng viên:"),
  passage("dieu-1.khoan-1", "khoản 1 Điều 1", "1. Chính thức;"),
  passage("dieu-1.khoan-2", "khoản 2 Điều 1", "2. Dự bị."),
  passage("dieu-2", "Điều 2", "Điều 2. Hiệu lực Từ hôm nay."),
];

test("a text's lines stay, each clause with what can be quoted of it", () => {
  const clauses = clausesOfBoth(PASSAGES, TEXT);
  expect(clauses.map(({ id, title, text }) => [id, title, text])).toEqual([
    ["mo-dau", "", "QUY ĐỊNH\nvề sinh hoạt"],
    ["dieu-1", "Điều 1. Phạm vi", "Mọi đảng viên:"],
    ["dieu-1.khoan-1", "", "1. Chính thức;"],
    ["dieu-1.khoan-2", "", "2. Dự bị."],
    ["dieu-2", "Điều 2. Hiệu lực", "Từ hôm nay."],
  ]);
  expect(clauses.map(({ passage }) => passage)).toEqual(PASSAGES);
});

test("a text and passages of another version of it still show the text as it is", () => {
  const newer = TEXT.replace("Từ hôm nay", "Từ ngày mai");
  const clauses = clausesOfBoth(PASSAGES, newer);
  expect(clauses.map(({ id }) => id)).toEqual(clausesOf(newer).map(({ id }) => id));
  expect(clauses.at(-1)).toMatchObject({ id: "dieu-2", text: "Từ ngày mai.", passage: PASSAGES[4] });
});

test("of a long text what is further on than its first passages stands there too, and those can be quoted", () => {
  const first = PASSAGES.slice(0, 3);
  const clauses = clausesOfBoth(first, TEXT, true);
  expect(clauses.map(({ id, title, text }) => [id, title, text])).toEqual([
    ["mo-dau", "", "QUY ĐỊNH\nvề sinh hoạt"],
    ["dieu-1", "Điều 1. Phạm vi", "Mọi đảng viên:"],
    ["dieu-1.khoan-1", "", "1. Chính thức;"],
    ["", "", "2. Dự bị."],
    ["dieu-2", "Điều 2. Hiệu lực", "Từ hôm nay."],
  ]);
  expect(clauses.map(({ passage }) => passage)).toEqual([...first, undefined, undefined]);
});

test("without passages a text is shown all the same", () => {
  expect(clausesOfBoth([], TEXT).map(({ id }) => id)).toEqual(["", "dieu-1", "dieu-2"]);
});

test("what takes an article's place is said once, and again only where it is another", () => {
  const passages = [
    passage("dieu-1", "Điều 1", "", "a"),
    passage("dieu-1.khoan-1", "khoản 1", "", "a"),
    passage("dieu-1.khoan-2", "khoản 2", "", "b"),
    passage("dieu-1.khoan-2.diem-a", "điểm a", "", "b"),
    passage("dieu-2.khoan-1", "khoản 1", "", "a"),
    passage("dieu-3", "Điều 3", ""),
  ];
  expect([...replacedHeads(passages)]).toEqual(["dieu-1", "dieu-1.khoan-2", "dieu-2.khoan-1"]);
});

test("a point lies in its clause, and that in its article", () => {
  expect(partsAbove("dieu-4.khoan-2.diem-a")).toEqual(["dieu-4.khoan-2", "dieu-4"]);
  expect(partsAbove("dieu-4")).toEqual([]);
});
