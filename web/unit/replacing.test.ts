import { expect, test } from "vitest";
import { targetsIn } from "../src/console/audience";
import { bodyOf, clauseLine, EMPTY } from "../src/console/replacing";
import { office } from "../src/i18n/office";

const by = { id: "new", title: "Quy định mới" };

test("a whole paper gives way to another", () => {
  expect(bodyOf({ ...EMPTY, by })).toEqual({ by_document_id: "new" });
  expect(() => bodyOf(EMPTY)).toThrow(office.keep.noSuccessor);
});

test("clauses give way to clauses, or to the paper as a whole", () => {
  const pairs = [
    { address: "dieu-1", by: "dieu-2.khoan-1" },
    { address: "dieu-3", by: "" },
    { address: "", by: "dieu-9" },
  ];
  const clauses = [{ address: "dieu-1", by_address: "dieu-2.khoan-1" }, { address: "dieu-3" }];
  expect(bodyOf({ by, what: "clauses", pairs })).toEqual({ by_document_id: "new", clauses });
});

test("a clause is named, and once", () => {
  const once = { address: "dieu-1", by: "" };
  expect(() => bodyOf({ by, what: "clauses", pairs: [{ address: "", by: "" }] })).toThrow(office.keep.noClause);
  expect(() => bodyOf({ by, what: "clauses", pairs: [once, once] })).toThrow(office.keep.clauseTwice);
});

test("a clause is known by its name and how it begins", () => {
  expect(clauseLine({ label: "Điều 1", text: "Điều 1. Phạm vi" })).toBe("Điều 1: Phạm vi");
  expect(clauseLine({ label: "Điều 1", text: "Điều 1." })).toBe("Điều 1");
  expect(clauseLine({ label: "khoản 2 Điều 1", text: `2. ${"chữ ".repeat(40)}` })).toMatch(
    /^khoản 2 Điều 1: 2\. .*chữ…$/,
  );
});

test("targets stand on lines of their own", () => {
  expect(targetsIn(" Kết nạp 12 đảng viên \n\n Thu đủ đảng phí\n")).toEqual([
    { text: "Kết nạp 12 đảng viên" },
    { text: "Thu đủ đảng phí" },
  ]);
});
