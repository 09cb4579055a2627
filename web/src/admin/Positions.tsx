import { useEffect, useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { date, today } from "../i18n/format";
import { office } from "../i18n/office";
import { byName } from "../i18n/sort";
import { Keys } from "../sync/keys";
import { Check, Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { type Found, PickMember } from "../ui/PickMember";
import { Row, Rows } from "../ui/Row";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { useCopy } from "../ui/useCopy";
import { Said } from "../ui/words";
import { type Organization, placeAddress } from "./place";
import { usePlace } from "../ui/usePlace";
import { type Held, holdersOf, type Role, rolesAt } from "./positions";

/** Who holds what in an organisation; a position goes from one to the other in one step, with all that hangs on it. */
export default function Positions() {
  const { own, id, place } = usePlace("admin");
  const isBranch = place.data?.level === "branch";
  const members = useCopy<Shapes["MemberList"]>(isBranch ? `/v1/organizations/${id}/members?limit=500` : null);
  const holders = holdersOf(members.data?.items ?? [], id);
  const [done, setDone] = useState<string | null>(null);
  useEffect(() => setDone(null), [id]);
  function tell(words: string) {
    setDone(words);
    members.retry();
  }
  return (
    <Screen title={office.tree.positions} of={place} back={placeAddress(id)} hasTabs={false}>
      {place.data && (
        <>
          <p class="large strong">{place.data.name}</p>
          {isBranch && members.data === null && <State of={members} />}
          {isBranch && members.data && <Holders holders={holders} organization={id} onDone={tell} />}
          {done && (
            <Status kind="done" isLive>
              {done}
            </Status>
          )}
          <Give
            key={id}
            organization={place.data}
            isOwn={id === own}
            holders={holders}
            onBegin={() => setDone(null)}
            onDone={tell}
          />
        </>
      )}
    </Screen>
  );
}

interface HoldersProps {
  holders: Held[];
  organization: string;
  onDone: (words: string) => void;
}

function Holders({ holders, organization, onDone }: HoldersProps) {
  const { positions } = office;
  const [keys] = useState(() => new Keys());
  async function end({ id, name }: Held) {
    const path = `/v1/organizations/${organization}/positions/${id}`;
    await keys.send("DELETE", path);
    onDone(positions.ended(name));
  }
  if (holders.length === 0) return <p>{positions.none}</p>;
  return (
    <Rows>
      {byName(holders, (held) => held.name).map((held) => (
        <Row key={`${held.id}-${held.role}`} title={<span class="strong">{held.name}</span>}>
          <span>{office.roles[held.role]}</span>
          <Sure
            label={positions.end(held.name)}
            question={positions.endSure(held.name)}
            yes={positions.endYes}
            onYes={() => end(held)}
          />
        </Row>
      ))}
    </Rows>
  );
}

interface GiveProps {
  organization: Organization;
  isOwn: boolean;
  holders: Held[];
  onBegin: () => void;
  onDone: (words: string) => void;
}

function Give({ organization, isOwn, holders, onBegin, onDone }: GiveProps) {
  const roles = rolesAt(organization.level, isOwn);
  const [member, setMember] = useState<Found | null>(null);
  const [role, setRole] = useState<Role>(roles[0]!);
  const [from, setFrom] = useState("");
  const [replaces, setReplaces] = useState(true);
  const [keys] = useState(() => new Keys());
  const { positions } = office;
  const holder = role === "secretary" ? holders.find((held) => held.role === "secretary") : undefined;

  async function give() {
    onBegin();
    if (!member) throw new Said(positions.nobody);
    const body: Shapes["PutPositionInput"] = {
      role,
      ...(from ? { effective_on: from } : {}),
      ...(holder && replaces ? { replaces_member_id: holder.id } : {}),
    };
    await keys.send("PUT", `/v1/organizations/${organization.id}/positions/${member.id}`, body);
    setMember(null);
    setFrom("");
    const words = office.roles[role];
    onDone(
      from > today()
        ? positions.givenFrom(member.full_name, words, date(from))
        : positions.given(member.full_name, words),
    );
  }
  function tellEnded(words: string) {
    setMember(null);
    onDone(words);
  }
  // Above a branch nobody can be asked who holds what; of who was found it is known.
  const his = member && organization.level !== "branch" ? holdersOf([member], organization.id) : [];
  return (
    <section class="stack">
      <h2>{positions.give}</h2>
      {organization.level !== "branch" && <p>{positions.findFirst}</p>}
      {his.length > 0 && <Holders holders={his} organization={organization.id} onDone={tellEnded} />}
      <Form submit={positions.giveYes} onSubmit={give}>
        <PickMember label={positions.who} under={organization.id} picked={member} onPicked={setMember} />
        <Select
          label={positions.what}
          value={role}
          onValue={setRole}
          choices={roles.map((value) => ({ value, label: office.roles[value] }))}
        />
        {holder && <Check label={positions.replaces(holder.name)} value={replaces} onValue={setReplaces} />}
        <Field label={positions.from} type="date" value={from} onValue={setFrom} hint={positions.fromHint} />
      </Form>
    </section>
  );
}
