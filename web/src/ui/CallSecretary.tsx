import { useEffect } from "preact/hooks";
import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { contactOf, loadContact } from "./contact";
import { Icon } from "./Icon";

/** At the top of every member's screen, in the same place. */
export function CallSecretary() {
  const member = me.value?.member;
  useEffect(() => {
    if (member) void loadContact(member.id);
  }, [member?.id]);
  const who = contactOf(member?.id);
  // A secretary need not call himself.
  if (!who?.phone || who.phone === member?.phone) return null;
  return (
    <a class="button quiet" href={`tel:${who.phone.replace(/[^+\d]/g, "")}`} title={who.full_name}>
      <Icon name="phone" />
      {vi.callSecretary}
    </a>
  );
}
