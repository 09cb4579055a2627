/** Levels of the tree, the highest first; some may be left out between two. */
import type { Shapes } from "../api/client";

export type Level = Shapes["Organization"]["level"];
export const LEVELS: readonly Level[] = ["city", "district", "grassroots", "branch"];

export function isAbove(level: Level, other: Level): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf(other);
}
