import type { Shapes } from "../api/client";
import { office } from "../i18n/office";
import { Sure } from "./Sure";

interface Props {
  members: readonly Shapes["MemberItem"][];
  onYes: (members: string[]) => unknown;
}

/** Letters once more for all of a branch who have not begun, as when a file was lost on its way here. */
export function Reprint({ members, onYes }: Props) {
  const waiting = members.filter((member) => member.activated === false).map((member) => member.id);
  const { letters } = office;
  if (waiting.length === 0) return null;
  return (
    <Sure
      label={letters.again}
      question={letters.againSure(waiting.length)}
      yes={letters.againYes}
      onYes={() => onYes(waiting)}
    />
  );
}
