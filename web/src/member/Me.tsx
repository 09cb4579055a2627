import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { me, signOut } from "../sync/session";
import { Button, ButtonLink } from "../ui/Button";
import { keepContact } from "../ui/contact";
import { Screen } from "../ui/Screen";
import { SizeChoice } from "../ui/SizeChoice";
import { Status } from "../ui/Status";
import { CalendarFeed, Consents, Devices, Looks, Password, Pushes } from "./settings";
import { useOutbox } from "./useOutbox";

export default function Me() {
  const member = me.value?.member;
  if (!member) return null;
  return (
    <Screen title={vi.mine.title}>
      <SizeChoice />
      <section class="card">
        <p class="large strong">{member.full_name}</p>
        <p>{vi.mine.card(member.card_number)}</p>
        <p>{member.branch.name}</p>
      </section>
      <Pushes />
      <Devices />
      <Password />
      <CalendarFeed />
      <Consents />
      <Looks />
      <ButtonLink href="/app/dang-nhap" kind="quiet">
        {vi.mine.other}
      </ButtonLink>
      <Leave />
    </Screen>
  );
}

/** Signing out deletes all that is kept of him here, so it asks, and says what would be lost. */
function Leave() {
  const { route } = useLocation();
  const [isAsked, setAsked] = useState(false);
  const unsent = useOutbox().length;

  async function leave() {
    const member = me.value?.member_id;
    if (!member) return;
    keepContact(null);
    await signOut(member);
    route("/app/", true);
  }
  if (!isAsked)
    return (
      <Button kind="quiet" onPress={() => setAsked(true)}>
        {vi.mine.signOut}
      </Button>
    );
  return (
    <section class="stack">
      {unsent > 0 && <Status kind="late">{vi.mine.signOutUnsent(unsent)}</Status>}
      <p class="strong">{vi.mine.signOutSure}</p>
      <Button onPress={leave}>{vi.mine.signOut}</Button>
      <Button kind="quiet" onPress={() => setAsked(false)}>
        {vi.cancel}
      </Button>
    </section>
  );
}
