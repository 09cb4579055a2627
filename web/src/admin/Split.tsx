import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { byName, matches } from "../i18n/sort";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { Check, Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useCopy } from "../ui/useCopy";
import { Said } from "../ui/words";
import { type Organization, placeAddress } from "./place";
import { usePlace } from "../ui/usePlace";

type Members = Shapes["MemberItem"][];

/** Part of a branch becomes a branch of its own beside it, with a secretary of its own. */
export default function Split() {
  const { id, place } = usePlace();
  const members = useCopy<Shapes["MemberList"]>(`/v1/organizations/${id}/members?limit=500`);
  const isThere = place.data && members.data;
  return (
    <Screen
      title={office.tree.split}
      of={isThere ? place : [place, members].find((each) => each.data === null)}
      back={placeAddress(id)}
      hasTabs={false}
    >
      {isThere && <Parts branch={place.data!} members={members.data!.items} />}
    </Screen>
  );
}

function Parts({ branch, members }: { branch: Organization; members: Members }) {
  const { route } = useLocation();
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const [typed, setTyped] = useState("");
  const [going, setGoing] = useState<ReadonlySet<string>>(new Set());
  const [secretary, setSecretary] = useState("");
  const [keys] = useState(() => new Keys());
  const { tree } = office;
  const sorted = byName(members, (member) => member.full_name);
  const chosen = sorted.filter((member) => going.has(member.id));

  function choose(id: string, goes: boolean) {
    const next = new Set(going);
    if (goes) next.add(id);
    else next.delete(id);
    setGoing(next);
    if (!next.has(secretary)) setSecretary("");
  }
  async function split() {
    if (!name.trim()) throw new Said(tree.needsName);
    if (chosen.length === 0 || chosen.length === members.length) throw new Said(tree.splitSome);
    if (!secretary) throw new Said(tree.splitSecretary);
    const body: Shapes["SplitOrganizationInput"] = {
      name: name.trim(),
      member_ids: chosen.map((member) => member.id),
      secretary_id: secretary,
      ...(code.trim() ? { code: code.trim() } : {}),
    };
    const made = (await keys.send<Organization>("POST", `/v1/organizations/${branch.id}/split`, body)).body;
    route(placeAddress(made.id), true);
  }
  return (
    <Form submit={tree.splitYes} onSubmit={split}>
      <p class="large strong">{branch.name}</p>
      <Field label={tree.newName} value={name} onValue={setName} maxLength={200} />
      <Field label={tree.newCode} value={code} onValue={setCode} maxLength={64} isExact />
      <Select
        label={tree.newSecretary}
        value={secretary}
        onValue={setSecretary}
        choices={[
          { value: "", label: tree.notChosen },
          ...chosen.map((member) => ({ value: member.id, label: member.full_name })),
        ]}
      />
      <Status kind="info" isLive>
        {tree.goes(chosen.length, members.length)}
      </Status>
      <Field label={vi.roll.find} type="search" value={typed} onValue={setTyped} />
      <fieldset class="choices">
        <legend class="legend">{tree.who}</legend>
        {sorted
          .filter((member) => matches(member.full_name, typed))
          .map((member) => (
            <Check
              key={member.id}
              label={member.full_name}
              value={going.has(member.id)}
              onValue={(goes) => choose(member.id, goes)}
            />
          ))}
      </fieldset>
    </Form>
  );
}
