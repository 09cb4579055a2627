/** Where a thing to do is done, and where what a message tells of is. */
import type { Home, Shapes } from "../api/client";

type Todo = Home["todo"][number];

const STEPS: Partial<Record<Todo["kind"], string>> = {
  roll_call: "diem-danh",
  minutes: "bien-ban",
  resolution: "nghi-quyet",
};

/** "Đăng ký cuộc họp tháng 12/2026": of which month is said in its words alone. Without it the branch's months show. */
function registrationOf(title: string): string {
  const found = /\b(1[0-2]|0?[1-9])\/([0-9]{4})\b/.exec(title);
  return found ? `/app/chi-bo/dang-ky?thang=${found[2]}-${found[1]!.padStart(2, "0")}` : "/app/chi-bo";
}

/** Undefined: there is no screen for it yet, so nothing to tap. */
export function placeOfTodo({ kind, title, subject: { id, type } }: Todo): string | undefined {
  if (kind === "read_pack") return `/app/hop/${id}`;
  if (kind === "register") return registrationOf(title);
  if (type === "document") return `/app/van-ban/${id}`;
  return STEPS[kind] && `/app/chi-bo/${STEPS[kind]}/${id}`;
}

export function placeOfItem({ kind, subject: { id, type } }: Shapes["InboxItem"]): string | undefined {
  if (type === "meeting") return `/app/hop/${id}`;
  if (kind === "reminder" || kind === "resolution_overdue") return "/app/chi-bo";
  if (type === "document") return `/app/van-ban/${id}`;
  return type === "member" ? "/app/cua-toi" : undefined;
}
