import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { contact } from "./contact";
import { Icon } from "./Icon";

/** At the top of every member's screen, in the same place. Before Home has said whom to call, it leads to where that is
 * told. */
export function CallSecretary() {
  const who = contact.value;
  // A secretary need not call himself.
  if (!who?.phone || who.full_name === me.value?.member.full_name) return null;
  return (
    <a class="button quiet" href={`tel:${who.phone.replace(/[^+\d]/g, "")}`} title={who.full_name}>
      <Icon name="phone" />
      {vi.callSecretary}
    </a>
  );
}
