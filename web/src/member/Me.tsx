import { useLocation } from "preact-iso";
import { vi } from "../i18n/vi";
import { me, signOut } from "../sync/session";
import { ButtonLink } from "../ui/Button";
import { Screen } from "../ui/Screen";
import { SizeChoice } from "../ui/SizeChoice";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { CalendarFeed, Consents, Devices, Looks, Password, Pushes } from "./settings";
import { Codes, Objection, OwnData } from "./security";
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
      <Codes />
      <CalendarFeed />
      <Consents />
      <Looks />
      <OwnData />
      <Objection />
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
  const unsent = useOutbox().rows?.length;

  async function leave() {
    const member = me.value?.member_id;
    if (!member) return;
    await signOut(member);
    route("/app/", true);
  }
  return (
    <Sure label={vi.mine.signOut} question={vi.mine.signOutSure} yes={vi.mine.signOut} onYes={leave}>
      {unsent === undefined && <Status kind="late">{vi.mine.signOutUnknown}</Status>}
      {unsent !== undefined && unsent > 0 && <Status kind="late">{vi.mine.signOutUnsent(unsent)}</Status>}
    </Sure>
  );
}
