/** Dates, hours and numbers as people here write them. The city's time has no summer time, so it is arithmetic, and the
 * same on every phone, whatever its own time zone or language is. */
import { vi } from "./vi";

const ZONE_MS = 7 * 3_600_000;
export const DAY_MS = 86_400_000;
const FIELD = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** Fields of a moment in the city's time. */
function local(at: string | number): Date {
  return new Date((typeof at === "number" ? at : Date.parse(at)) + ZONE_MS);
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** 04/12/2026 */
export function day(at: string | number): string {
  const d = local(at);
  return `${two(d.getUTCDate())}/${two(d.getUTCMonth() + 1)}/${d.getUTCFullYear()}`;
}

/** Of "2026-12-04", which is no moment. */
export function date(text: string): string {
  return text.split("-").reverse().join("/");
}

/** 19 giờ 30 */
export function hour(at: string | number): string {
  const d = local(at);
  return vi.hour(d.getUTCHours(), two(d.getUTCMinutes()));
}

/** 19 giờ 30, of "19:30", which is no moment. */
export function hourOf(text: string): string {
  const [whole, minutes] = text.split(":");
  return vi.hour(Number(whole), minutes ?? "00");
}

/** 08:15 */
export function clock(at: string | number): string {
  const d = local(at);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

/** Thứ Sáu, 04/12/2026 */
export function weekday(at: string | number): string {
  return `${vi.weekdays[local(at).getUTCDay()]}, ${day(at)}`;
}

/** Thứ Sáu, 04/12/2026, 19 giờ 30 */
export function moment(at: string | number): string {
  return `${weekday(at)}, ${hour(at)}`;
}

/** How old a copy is: 08:15 of today, else 08:15, 04/12/2026. */
export function since(at: number, now: number): string {
  return day(at) === day(now) ? clock(at) : `${clock(at)}, ${day(at)}`;
}

/** tháng 12/2026, of "2026-12" */
export function month(text: string): string {
  const [year, number] = text.split("-");
  return vi.month(Number(number), year ?? "");
}

/** "2026-12": the month of a moment, or so many months after it. */
export function monthOf(at: string | number, after = 0): string {
  const d = local(at);
  const n = d.getUTCFullYear() * 12 + d.getUTCMonth() + after;
  return `${Math.floor(n / 12)}-${two((n % 12) + 1)}`;
}

/** Whole days from today to that day, both of the city's calendar. */
export function daysTo(at: string | number, now: number): number {
  return Math.floor(local(at).getTime() / DAY_MS) - Math.floor(local(now).getTime() / DAY_MS);
}

/** 442.000 */
export function number(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, ".");
}

/** 8,02: an official figure as it was given, to two places. */
export function figure(n: number): string {
  const given = n.toFixed(2);
  const [whole, part] = given.replace("-", "").split(".");
  const places = part!.replace(/0+$/, "");
  return `${Number(given) < 0 ? "-" : ""}${number(Number(whole))}${places && `,${places}`}`;
}

/** "8,02%", "12 triệu đồng": a percent sign follows at once. */
export function measured(n: number, unit: string): string {
  return unit === "" || unit.startsWith("%") ? figure(n) + unit : `${figure(n)}\u00a0${unit}`;
}

/** 93%, of a part; nothing of nothing. */
export function percent(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)}%` : vi.none;
}

/** 1,5 MB: what a file weighs. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1_000_000) return `${Math.round(n / 1000)} kB`;
  return `${(n / 1_000_000).toFixed(1).replace(".", ",")} MB`;
}

/** "2026-12-04": the city's day. */
export function today(now = Date.now()): string {
  return toField(new Date(now).toISOString()).slice(0, 10);
}

/** "2026-12-04T19:30", which a field for date and hour takes, and back. */
export function toField(at: string): string {
  return local(at).toISOString().slice(0, 16);
}
/** "" for what is no moment: a field gives also what is half typed, and years of six digits. */
export function fromField(text: string): string {
  const at = FIELD.test(text) ? Date.parse(`${text}:00Z`) - ZONE_MS : Number.NaN;
  return Number.isNaN(at) ? "" : new Date(at).toISOString().replace(".000Z", "Z");
}

/** What a field holds, in words; "" for what is no moment. */
export function momentOf(text: string): string {
  const at = fromField(text);
  return at && moment(at);
}
