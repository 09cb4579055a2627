import type { Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { Icon } from "./Icon";

/** Who sees this, and who sees that I have read it. */
export function VisibleTo({ to }: { to: Shapes["VisibleTo"] | null | undefined }) {
  if (!to) return null;
  return (
    <div class="status">
      <Icon name="eye" />
      <div>
        <p>{vi.visibleTo(to.label)}</p>
        {to.names_of_readers_to.length > 0 && <p>{vi.readersSeenBy(to.names_of_readers_to)}</p>}
      </div>
    </div>
  );
}
