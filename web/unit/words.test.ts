import { expect, test } from "vitest";
import { Refused } from "../src/api/client";
import { nameOf, wordsOf } from "../src/ui/words";
import { problem } from "./browser";

function refused(...errors: [field: string, message: string][]): Refused {
  const { body } = problem(422, "invalid");
  return new Refused(422, { ...body, errors: errors.map(([field, message]) => ({ code: "x", field, message })) }, null);
}

test("of each field that is wrong its name is said", () => {
  expect(wordsOf(refused(["/registration_day", "Lớn hơn mức cho phép"], ["/name", "Cần có mục này"]))).toBe(
    "Không được. Hạn đăng ký họp: Lớn hơn mức cho phép. Tên: Cần có mục này",
  );
  expect(wordsOf(refused(["/name", "Không được"], ["/x_y", "Sai định dạng"], ["/x_z", "Sai định dạng"]))).toBe(
    "Không được. Tên: Không được. Sai định dạng",
  );
});

test("one of several is told by which it is, as people count", () => {
  expect(nameOf("/agenda/2/minutes")).toBe("Nội dung 3, số phút");
  expect(nameOf("/audience/organization_ids/0")).toBe("Ai sẽ xem được, đơn vị 1");
  expect(nameOf("/agenda")).toBe("Nội dung");
  expect(nameOf("/0/what")).toBe("");
  expect(nameOf("")).toBe("");
});
