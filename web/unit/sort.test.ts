import { expect, test } from "vitest";
import { byName, fold, matches } from "../src/i18n/sort";
import { clausesOf } from "../src/member/clauses";
import { CHARACTERS_MOST, sentencesOf } from "../src/member/sentences";

test("names are sorted by the given name, then by the family's", () => {
  const names = ["Trần Thị Bình", "Nguyễn Văn Đạt", "Lê Văn An", "Phạm Dũng", "Đỗ Thị An", "Nguyễn Ánh"];
  expect(byName(names, (name) => name)).toEqual([
    "Đỗ Thị An",
    "Lê Văn An",
    "Nguyễn Ánh",
    "Trần Thị Bình",
    "Phạm Dũng",
    "Nguyễn Văn Đạt",
  ]);
});

test("đ comes after d, and tones after letters", () => {
  expect(byName(["Lê Đa", "Lê Dung", "Lê Dũng", "Lê Da"], (name) => name)).toEqual([
    "Lê Da",
    "Lê Dung",
    "Lê Dũng",
    "Lê Đa",
  ]);
});

test("who types without accents finds all, who types accents finds those", () => {
  expect(fold("  Đỗ  Thị Ánh ")).toBe("do thi anh");
  expect(matches("Đỗ Thị Ánh", "do thi")).toBe(true);
  expect(matches("Đỗ Thị Ánh", "đỗ")).toBe(true);
  expect(matches("Đo Thị Anh", "đỗ")).toBe(false);
  expect(matches("Đỗ Thị Ánh".normalize("NFD"), "Đỗ Thị".normalize("NFC"))).toBe(true);
  expect(matches("Đỗ Thị Ánh", "")).toBe(true);
});

test("a text falls into its clauses", () => {
  const clauses = clausesOf("QUYẾT ĐỊNH\nĐiều 1. Phạm vi\nMột.\nĐiều 2. Thi hành\nTheo Điều 1 quy chế.\n");
  expect(clauses.map((clause) => clause.id)).toEqual(["", "dieu-1", "dieu-2"]);
  expect(clauses[1]).toEqual({ id: "dieu-1", title: "Điều 1. Phạm vi", text: "Một." });
});

test("what is read aloud at once is a sentence, and short", () => {
  const long = "một hai ba bốn năm sáu bảy tám chín mười ".repeat(20);
  const sentences = sentencesOf(`Họp lúc 19.30. Đúng giờ!\n${long}`);
  expect(sentences.slice(0, 2)).toEqual(["Họp lúc 19.30.", "Đúng giờ!"]);
  expect(sentences.every((sentence) => sentence.length <= CHARACTERS_MOST)).toBe(true);
  expect(sentences.slice(2).join(" ")).toBe(long.trim());
});
