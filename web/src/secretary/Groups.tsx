import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { branch as words } from "../i18n/branch";
import { byName } from "../i18n/sort";
import { Keys } from "../sync/keys";
import { Button } from "../ui/Button";
import { Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { useCopy } from "../ui/useCopy";
import { Said } from "../ui/words";
import { useBranch } from "./api";
import { bodyOf, type Group, seatsOf, withoutGroup, wrongOf } from "./groups";

type Members = Shapes["MemberItem"][];

/** The branch in groups, each with a head: roll and calls go group by group. */
export default function Groups() {
  const branch = useBranch();
  const groups = useCopy<Shapes["PartyGroupList"]>(`/v1/organizations/${branch.id}/groups`);
  const members = useCopy<Shapes["MemberList"]>(`/v1/organizations/${branch.id}/members?limit=500`);
  const missing = [groups, members].find((each) => each.data === null);
  return (
    <Screen title={words.groups.title} of={missing ?? groups} back="/app/chi-bo/dang-vien" hasTabs={false}>
      {groups.data && members.data && (
        <Layout branch={branch.id} kept={groups.data.items} members={members.data.items} />
      )}
    </Screen>
  );
}

function Layout({ branch, kept, members }: { branch: string; kept: Shapes["PartyGroup"][]; members: Members }) {
  const { route } = useLocation();
  const [groups, setGroups] = useState<Group[]>(() =>
    kept.map(({ id, name, head_id }) => ({ id, name, head: head_id ?? "" })),
  );
  const [seats, setSeats] = useState(() => seatsOf(kept));
  const [keys] = useState(() => new Keys());
  const people = byName(members, (member) => member.full_name);
  const set = (at: number, change: Partial<Group>) =>
    setGroups(groups.map((group, i) => (i === at ? { ...group, ...change } : group)));

  function seat(member: string, at: string) {
    const { [member]: _left, ...others } = seats;
    setSeats(at === "" ? others : { ...others, [member]: Number(at) });
  }
  async function save() {
    const wrong = wrongOf(groups, seats);
    if (wrong) throw new Said(wrong === "name" ? words.groups.noName : words.groups.noHead);
    await keys.send("PUT", `/v1/organizations/${branch}/groups`, bodyOf(groups, seats));
    route("/app/chi-bo/dang-vien", true);
  }
  return (
    <Form submit={words.groups.save} onSubmit={save}>
      {groups.length === 0 && <p>{words.groups.none}</p>}
      {groups.map((group, at) => (
        <section class="card" key={group.id ?? `new-${at}`}>
          <Field
            label={words.groups.name(at + 1)}
            value={group.name}
            onValue={(name) => set(at, { name })}
            maxLength={100}
          />
          <Select
            label={words.groups.head}
            value={group.head}
            onValue={(head) => set(at, { head })}
            choices={[
              { value: "", label: words.groups.noneYet },
              ...people
                .filter((member) => seats[member.id] === at)
                .map((member) => ({ value: member.id, label: member.full_name })),
            ]}
          />
          <Button
            kind="quiet"
            onPress={() => {
              setGroups(groups.filter((_, i) => i !== at));
              setSeats(withoutGroup(seats, at));
            }}
          >
            {words.groups.remove}
          </Button>
        </section>
      ))}
      <Button onPress={() => setGroups([...groups, { id: null, name: "", head: "" }])}>{words.groups.add}</Button>
      {groups.length > 0 && (
        <section class="stack">
          <h2>{words.groups.who}</h2>
          {people.map((member) => (
            <Select
              key={member.id}
              label={member.full_name}
              value={seats[member.id] === undefined ? "" : String(seats[member.id])}
              onValue={(at) => seat(member.id, at)}
              choices={[
                { value: "", label: words.groups.outside },
                ...groups.map((group, at) => ({
                  value: String(at),
                  label: group.name.trim() || words.groups.name(at + 1),
                })),
              ]}
            />
          ))}
        </section>
      )}
    </Form>
  );
}
