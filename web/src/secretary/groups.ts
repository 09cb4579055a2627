/** Party groups of a branch, as they are laid out: everyone belongs to one at most, and each has a head of its own. */
import type { Shapes } from "../api/client";

export interface Group {
  /** null: it is new. */
  id: string | null;
  name: string;
  head: string;
}
/** Which group somebody is in, by his id; not there: none. An index, for new groups have no id. */
export type Seats = Readonly<Record<string, number>>;

type Kept = Shapes["PartyGroup"];

/** A layout that is being made, and of which it was made: null is nothing yet. */
export interface Laid {
  base: readonly Kept[] | null;
  groups: readonly Group[];
  seats: Seats;
}
export const NOT_LAID: Laid = { base: null, groups: [], seats: {} };

export function laidOf(kept: readonly Kept[]): Laid {
  const groups = kept.map(({ id, name, head_id }) => ({ id, name, head: head_id ?? "" }));
  return { base: kept, groups, seats: seatsOf(kept) };
}

/** The server replaces all of it and asks of no version: so it is looked at first. */
export function isSame(one: readonly Kept[], other: readonly Kept[]): boolean {
  const plain = (groups: readonly Kept[]) =>
    JSON.stringify(groups.map(({ id, name, head_id, member_ids }) => [id, name, head_id, [...member_ids].sort()]));
  return plain(one) === plain(other);
}

/** The layout stands as it was made, over what is so now: a group that is gone is made anew, and who has left the
 * branch is in none. */
export function over(laid: Laid, kept: readonly Kept[], members: readonly string[]): Laid {
  const ids = kept.map((group) => group.id);
  return {
    base: kept,
    groups: laid.groups.map((group) => ({ ...group, id: group.id && ids.includes(group.id) ? group.id : null })),
    seats: Object.fromEntries(Object.entries(laid.seats).filter(([id]) => members.includes(id))),
  };
}

export function seatsOf(groups: readonly Kept[]): Seats {
  return Object.fromEntries(groups.flatMap((group, at) => group.member_ids.map((id) => [id, at])));
}

/** What may be chosen beside a group's id. */
export const ALL = "";
export const NO_GROUP = "none";

/** Those of a list who are in the chosen group; all, too, once it is there no more. */
export function inGroup<T>(
  groups: readonly Kept[],
  chosen: string,
  items: readonly T[],
  idOf: (item: T) => string,
): T[] {
  const group = groups.find(({ id }) => id === chosen);
  if (!group && chosen !== NO_GROUP) return [...items];
  const named = new Set(group ? group.member_ids : groups.flatMap(({ member_ids }) => member_ids));
  return items.filter((item) => named.has(idOf(item)) === Boolean(group));
}

/** A group is taken out: who was in it is in none, and those behind it move up. */
export function withoutGroup(seats: Seats, gone: number): Seats {
  return Object.fromEntries(
    Object.entries(seats)
      .filter(([, at]) => at !== gone)
      .map(([id, at]) => [id, at > gone ? at - 1 : at]),
  );
}

/** What is wrong with the layout; null: nothing. */
export function wrongOf(groups: readonly Group[], seats: Seats): "name" | "head" | null {
  if (groups.some((group) => !group.name.trim())) return "name";
  return groups.some((group, at) => seats[group.head] !== at) ? "head" : null;
}

export function bodyOf(groups: readonly Group[], seats: Seats): Shapes["PutGroupsInput"] {
  const members = Object.entries(seats);
  return {
    items: groups.map((group, at) => ({
      ...(group.id ? { id: group.id } : {}),
      name: group.name.trim(),
      head_id: group.head,
      member_ids: members.filter(([, seat]) => seat === at).map(([id]) => id),
    })),
  };
}
