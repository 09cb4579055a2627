/** What may stand below, and the way to the pages of an organisation. */
import type { Shapes } from "../api/client";
import { type Level, LEVELS } from "../ui/levels";

export type Organization = Shapes["Organization"];

/** What may stand below: any level that is lower, for levels may be skipped. */
export function levelsBelow(level: Level): Level[] {
  return LEVELS.slice(LEVELS.indexOf(level) + 1);
}

/** Of a part of its pages: "sua", "chuc-vu" …; without: the place itself. */
export function placeAddress(id: string, part = ""): string {
  return `/app/quan-ly/to-chuc${part ? `/${part}` : ""}?noi=${id}`;
}
