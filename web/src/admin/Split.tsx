import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { byName, matches } from "../i18n/sort";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { Check, Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { worstOf } from "../ui/loaded";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Question } from "../ui/Sure";
import { type Loaded, useCopy } from "../ui/useCopy";
import { useDraft } from "../ui/useDraft";
import { Said } from "../ui/words";
import { type Organization, placeAddress } from "./place";
import { usePlace } from "../ui/usePlace";

type Members = Shapes["MemberItem"][];

interface Parting {
  name: string;
  code: string;
  going: string[];
  secretary: string;
}
const NOBODY: Parting = { name: "", code: "", going: [], secretary: "" };

/** Part of a branch becomes a branch of its own beside it, with a secretary of its own. */
export default function Split() {
  const { id, place } = usePlace("admin");
  const members = useCopy<Shapes["MemberList"]>(`/v1/organizations/${id}/members?limit=500`);
  const isThere = place.data && members.data;
  return (
    <Screen
      title={office.tree.split}
      of={worstOf<Loaded<unknown>>(place, members)}
      back={placeAddress(id)}
      hasTabs={false}
    >
      {isThere && <Parts branch={place.data!} members={members.data!.items} />}
    </Screen>
  );
}

function Parts({ branch, members }: { branch: Organization; members: Members }) {
  const { route } = useLocation();
  const { draft, set, clear } = useDraft(`split:${branch.id}`, NOBODY);
  const { name, code, secretary } = draft;
  const [typed, setTyped] = useState("");
  const [isAsked, setAsked] = useState(false);
  const [keys] = useState(() => new Keys());
  const { tree } = office;
  const sorted = byName(members, (member) => member.full_name);
  const chosen = sorted.filter((member) => draft.going.includes(member.id));
  const leader = chosen.find((member) => member.id === secretary);

  const choose = (id: string, goes: boolean) =>
    set(({ going, secretary }) => ({
      going: goes ? [...going, id] : going.filter((each) => each !== id),
      secretary: !goes && secretary === id ? "" : secretary,
    }));
  async function ask() {
    if (!name.trim()) throw new Said(tree.needsName);
    if (chosen.length === 0 || chosen.length === members.length) throw new Said(tree.splitSome);
    if (!leader) throw new Said(tree.splitSecretary);
    setAsked(true);
  }
  async function split() {
    const body: Shapes["SplitOrganizationInput"] = {
      name: name.trim(),
      member_ids: chosen.map((member) => member.id),
      secretary_id: secretary,
      ...(code.trim() ? { code: code.trim() } : {}),
    };
    const made = (await keys.send<Organization>("POST", `/v1/organizations/${branch.id}/split`, body)).body;
    await clear();
    route(placeAddress(made.id), true);
  }
  if (isAsked && leader)
    return (
      <Question
        question={tree.splitSure(chosen.length, members.length, name.trim())}
        yes={tree.splitYes}
        onYes={split}
        onNo={() => setAsked(false)}
      >
        <p>{tree.splitLeader(leader.full_name)}</p>
      </Question>
    );
  return (
    <Form submit={tree.splitAsk} onSubmit={ask}>
      <p class="large strong">{branch.name}</p>
      <Field label={tree.newName} value={name} onValue={(name) => set({ name })} maxLength={200} />
      <Field label={tree.newCode} value={code} onValue={(code) => set({ code })} maxLength={64} isExact />
      <Select
        label={tree.newSecretary}
        value={secretary}
        onValue={(secretary) => set({ secretary })}
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
              value={draft.going.includes(member.id)}
              onValue={(goes) => choose(member.id, goes)}
            />
          ))}
      </fieldset>
    </Form>
  );
}
