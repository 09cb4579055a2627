import { expect, test } from "vitest";
import type { Home } from "../src/api/client";
import { placeOfTodo } from "../src/member/places";

type Todo = Home["todo"][number];

function todo(kind: Todo["kind"], type: Todo["subject"]["type"], title = ""): Todo {
  return { kind, title, due_at: null, subject: { type, id: "1" } };
}

test.each([
  [todo("register", "organization", "Đăng ký cuộc họp tháng 12/2026"), "/app/chi-bo/dang-ky?thang=2026-12"],
  [todo("register", "organization", "Đăng ký cuộc họp tháng 01/2027"), "/app/chi-bo/dang-ky?thang=2027-01"],
  [todo("register", "organization", "Đăng ký"), "/app/chi-bo"],
  [todo("read_pack", "meeting"), "/app/hop/1"],
  [todo("minutes", "meeting"), "/app/chi-bo/bien-ban/1"],
  [todo("acknowledge", "document"), "/app/van-ban/1"],
  [todo("task", "task"), undefined],
  [todo("transfer", "transfer"), undefined],
])("a thing to do leads to where it is done, or nowhere: %o", (given, expected) => {
  expect(placeOfTodo(given)).toBe(expected);
});
