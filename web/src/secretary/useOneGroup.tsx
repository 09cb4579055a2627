import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { branch as words } from "../i18n/branch";
import { Select } from "../ui/Field";
import { useCopy } from "../ui/useCopy";
import { useBranch } from "./api";
import { ALL, inGroup, NO_GROUP } from "./groups";

/** One party group after the other: those of a list who are in the chosen one (all at first), and what chooses it;
 * nothing does where the branch has no groups, or they cannot be had. */
export function useOneGroup(): {
  of: <T>(items: readonly T[], idOf: (item: T) => string) => T[];
  choice: VNode | null;
} {
  const branch = useBranch();
  const groups = useCopy<Shapes["PartyGroupList"]>(`/v1/organizations/${branch.id}/groups`).data?.items ?? [];
  const [chosen, setChosen] = useState(ALL);
  const choice = groups.length > 0 && (
    <Select
      label={words.groups.title}
      value={chosen}
      onValue={setChosen}
      choices={[
        { value: ALL, label: words.groups.all },
        ...groups.map(({ id, name }) => ({ value: id, label: name })),
        { value: NO_GROUP, label: words.groups.outside },
      ]}
    />
  );
  return { of: (items, idOf) => inGroup(groups, chosen, items, idOf), choice: choice || null };
}
