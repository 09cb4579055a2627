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

export function seatsOf(groups: readonly Shapes["PartyGroup"][]): Seats {
  return Object.fromEntries(groups.flatMap((group, at) => group.member_ids.map((id) => [id, at])));
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
