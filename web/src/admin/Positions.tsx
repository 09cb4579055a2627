import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { office } from "../i18n/office";
import { byName } from "../i18n/sort";
import { newKey } from "../sync/lock";
import { Keys } from "../sync/keys";
import { askMe } from "../sync/session";
import { Check, Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { type Found, PickMember } from "../ui/PickMember";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { useCopy } from "../ui/useCopy";
import { Said } from "../ui/words";
import { type Organization, placeAddress } from "./place";
import { usePlace } from "../ui/usePlace";
import { type Held, holdersOf, type Role, rolesAt } from "./positions";

/** Who holds what in an organisation; a position goes from one to the other in one step, with all that hangs on it. */
export default function Positions() {
  const { id, place } = usePlace();
  const isBranch = place.data?.level === "branch";
  const members = useCopy<Shapes["MemberList"]>(isBranch ? `/v1/organizations/${id}/members?limit=500` : null);
  const holders = holdersOf(members.data?.items ?? [], id);
  return (
    <Screen title={office.tree.positions} of={place} back={placeAddress(id)} hasTabs={false}>
      {place.data && (
        <>
          <p class="large strong">{place.data.name}</p>
          {isBranch && <Holders holders={holders} organization={id} onDone={members.retry} />}
          <Give key={holders.length} organization={place.data} holders={holders} onDone={members.retry} />
        </>
      )}
    </Screen>
  );
}

function Holders({ holders, organization, onDone }: { holders: Held[]; organization: string; onDone: () => void }) {
  const { positions } = office;
  async function end(member: string) {
    const path = `/v1/organizations/${organization}/positions/${member}`;
    await askMe("DELETE", path, { key: newKey(), waitS: 20 });
    onDone();
  }
  if (holders.length === 0) return <p>{positions.none}</p>;
  return (
    <Rows>
      {byName(holders, (held) => held.name).map((held) => (
        <Row key={held.id} title={<span class="strong">{held.name}</span>}>
          <span>{office.roles[held.role]}</span>
          <Sure
            label={positions.end(held.name)}
            question={positions.endSure(held.name)}
            yes={positions.endYes}
            onYes={() => end(held.id)}
          />
        </Row>
      ))}
    </Rows>
  );
}

interface GiveProps {
  organization: Organization;
  holders: Held[];
  onDone: () => void;
}

function Give({ organization, holders, onDone }: GiveProps) {
  const roles = rolesAt(organization.level);
  const [member, setMember] = useState<Found | null>(null);
  const [role, setRole] = useState<Role>(roles[0]!);
  const [from, setFrom] = useState("");
  const [replaces, setReplaces] = useState(true);
  const [done, setDone] = useState<string | null>(null);
  const [keys] = useState(() => new Keys());
  const { positions } = office;
  const holder = role === "secretary" ? holders.find((held) => held.role === "secretary") : undefined;

  async function give() {
    setDone(null);
    if (!member) throw new Said(positions.nobody);
    const body: Shapes["PutPositionInput"] = {
      role,
      ...(from ? { effective_on: from } : {}),
      ...(holder && replaces ? { replaces_member_id: holder.id } : {}),
    };
    await keys.send("PUT", `/v1/organizations/${organization.id}/positions/${member.id}`, body);
    setDone(positions.given(member.full_name, office.roles[role]));
    setMember(null);
    onDone();
  }
  return (
    <section class="stack">
      <h2>{positions.give}</h2>
      {done && (
        <Status kind="done" isLive>
          {done}
        </Status>
      )}
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
