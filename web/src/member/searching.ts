/** What is looked for: words, and where. It stands in the screen's address, so that it can be gone back to. */
import type { Document } from "../api/client";
import { vi } from "../i18n/vi";
import { dayIn, idOf } from "../ui/address";

export interface Asked {
  q: string;
  kind: Document["kind"] | "";
  organization: string;
  from: string;
  to: string;
  isInForce: boolean;
}
export const NOTHING: Asked = { q: "", kind: "", organization: "", from: "", to: "", isInForce: false };

export const KINDS = Object.keys(vi.papers.kinds) as Document["kind"][];

function kindIn(text: string | undefined): Asked["kind"] {
  return KINDS.find((kind) => kind === text) ?? "";
}

export function askedIn(query: Record<string, string>): Asked {
  return {
    q: query.q ?? "",
    kind: kindIn(query.loai),
    organization: idOf(query.noi) ?? "",
    from: dayIn(query.tu) ?? "",
    to: dayIn(query.den) ?? "",
    isInForce: query.hieuluc === "1",
  };
}

function queryOf(parts: Record<string, string>): string {
  const said = Object.entries(parts).filter(([, value]) => value !== "");
  return said.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

export function placeOf({ q, kind, organization, from, to, isInForce }: Asked): string {
  const hieuluc = isInForce ? "1" : "";
  const query = queryOf({ q, loai: kind, noi: organization, tu: from, den: to, hieuluc });
  return query ? `/app/van-ban?${query}` : "/app/van-ban";
}

export function isFiltered({ kind, organization, from, to, isInForce }: Asked): boolean {
  return !!kind || !!organization || !!from || !!to || isInForce;
}

/** The same, as the API is asked: of papers as of passages. */
export function askingFor(path: string, { q, kind, organization, from, to, isInForce }: Asked, limit: number): string {
  const in_force = isInForce ? "true" : "";
  return `${path}?${queryOf({ q, kind, organization_id: organization, from, to, in_force, limit: String(limit) })}`;
}

export interface Part {
  text: string;
  isFound: boolean;
}
const BEFORE = 80;
const MOST = 320;

/** A passage around what was found in it, which is marked; the places count UTF-16 units, as strings here do. A whole
 * article would be longer than the screen. */
export function excerptOf(text: string, found: readonly { start: number; end: number }[]): Part[] {
  const first = found[0]?.start ?? 0;
  const from = text.length <= MOST ? 0 : wordAt(text, Math.max(0, Math.min(first - BEFORE, text.length - MOST)));
  const to = text.length <= from + MOST ? text.length : wordAt(text, from + MOST);
  const parts: Part[] = [];
  let at = from;
  const add = (end: number, isFound: boolean) => {
    if (end > at) parts.push({ text: text.slice(at, end), isFound });
    at = Math.max(at, end);
  };
  for (const { start, end } of found) {
    if (start >= to || end <= from) continue;
    add(Math.max(start, from), false);
    add(Math.min(end, to), true);
  }
  add(to, false);
  if (from > 0) parts.unshift({ text: vi.goesOn, isFound: false });
  if (to < text.length) parts.push({ text: vi.goesOn, isFound: false });
  return parts;
}

/** Where the word begins in which that place lies. */
function wordAt(text: string, place: number): number {
  const gap = text.lastIndexOf(" ", place);
  return gap < 0 || place - gap > BEFORE ? place : gap + 1;
}
