/** Levels of the tree, and the way to the pages of an organisation. */
import type { Shapes } from "../api/client";

export type Organization = Shapes["Organization"];
export type Level = Organization["level"];
const LEVELS: readonly Level[] = ["city", "district", "grassroots", "branch"];

/** What may stand below: any level that is lower, for levels may be skipped. */
export function levelsBelow(level: Level): Level[] {
  return LEVELS.slice(LEVELS.indexOf(level) + 1);
}

export function isAbove(level: Level, other: Level): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf(other);
}

/** Of a part of its pages: "sua", "chuc-vu" …; without: the place itself. */
export function placeAddress(id: string, part = ""): string {
  return `/app/quan-ly/to-chuc${part ? `/${part}` : ""}?noi=${id}`;
}
