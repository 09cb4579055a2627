import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { branch as words } from "../i18n/branch";
import { number } from "../i18n/format";
import { byName } from "../i18n/sort";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { type Loaded, NOT_KEPT, useCopy } from "../ui/useCopy";
import { useDraft } from "../ui/useDraft";
import { Said } from "../ui/words";
import { useBranch } from "./api";
import { bodyOf, type Group, isSame, laidOf, type Laid, NOT_LAID, over, withoutGroup, wrongOf } from "./groups";

type Members = Shapes["MemberItem"][];
type Kept = Shapes["PartyGroupList"];

/** The branch in groups, each with a head: roll and calls go group by group. */
export default function Groups() {
  const branch = useBranch();
  const path = `/v1/organizations/${branch.id}/groups`;
  // What is laid out takes the place of all that is there: it begins from what is there now.
  const groups = useCopy<Kept>(path, NOT_KEPT);
  const members = useCopy<Shapes["MemberList"]>(`/v1/organizations/${branch.id}/members?limit=500`);
  const missing = [groups, members].find((each) => each.data === null);
  return (
    <Screen title={words.groups.title} of={missing ?? groups} back="/app/chi-bo/dang-vien" hasTabs={false}>
      {groups.data && members.data && (
        <Layout branch={branch.id} path={path} groups={groups} kept={groups.data} members={members.data.items} />
      )}
    </Screen>
  );
}

interface LayoutProps {
  branch: string;
  path: string;
  groups: Loaded<Kept>;
  kept: Kept;
  members: Members;
}

function Layout({ branch, path, groups: asked, kept, members }: LayoutProps) {
  const { route } = useLocation();
  const { draft, isRead, set, clear } = useDraft<Laid>(`groups:${branch}`, NOT_LAID);
  const [keys] = useState(() => new Keys());
  const { base, groups, seats } = draft.base ? draft : laidOf(kept.items);
  const isOther = !isSame(base ?? [], kept.items);
  const people = byName(members, (member) => member.full_name);
  const ids = members.map((member) => member.id);
  const nameOf = (at: number) => groups[at]!.name.trim() || words.groups.unnamed(at + 1);
  const change = (how: (old: Laid) => Partial<Laid>) =>
    set((old) => {
      const from = old.base ? old : laidOf(kept.items);
      return { ...from, ...how(from) };
    });
  const setGroup = (at: number, to: Partial<Group>) =>
    change((old) => ({ groups: old.groups.map((group, i) => (i === at ? { ...group, ...to } : group)) }));

  const seat = (member: string, at: string) =>
    change(({ seats: { [member]: _left, ...others } }) => ({
      seats: at === "" ? others : { ...others, [member]: Number(at) },
    }));
  async function save() {
    if (isOther) throw new Said(vi.minutes.choose);
    const wrong = wrongOf(groups, seats);
    if (wrong) throw new Said(wrong === "name" ? words.groups.noName : words.groups.noHead);
    const now = (await askMe<Kept>("GET", path)).body;
    if (!isSame(base ?? [], now.items)) {
      asked.retry();
      throw new Said(vi.changedMeanwhile);
    }
    await keys.send("PUT", path, bodyOf(groups, seats));
    await clear();
    route("/app/chi-bo/dang-vien", true);
  }
  if (!isRead) return null;
  return (
    <Form submit={words.groups.save} onSubmit={save}>
      {isOther && <Other kept={kept} onMine={() => change((old) => over(old, kept.items, ids))} />}
      {draft.base && (
        <section class="stack">
          {!isOther && <Status kind="info">{vi.register.begun}</Status>}
          <Sure label={vi.minutes.takeOther} question={vi.minutes.takeSure} yes={vi.minutes.takeOther} onYes={clear} />
        </section>
      )}
      {groups.length === 0 && <p>{words.groups.none}</p>}
      {groups.map((group, at) => (
        <section class="card" key={group.id ?? `new-${at}`}>
          <Field
            label={words.groups.name(at + 1)}
            value={group.name}
            onValue={(name) => setGroup(at, { name })}
            maxLength={100}
          />
          <Select
            label={words.groups.head(nameOf(at))}
            value={group.head}
            onValue={(head) => setGroup(at, { head })}
            choices={[
              { value: "", label: words.groups.noneYet },
              ...people
                .filter((member) => seats[member.id] === at)
                .map((member) => ({ value: member.id, label: member.full_name })),
            ]}
          />
          <Sure
            label={words.groups.remove(nameOf(at))}
            question={words.groups.removeSure(
              nameOf(at),
              number(Object.values(seats).filter((each) => each === at).length),
            )}
            yes={words.groups.removeYes}
            onYes={() =>
              change((old) => ({
                groups: old.groups.filter((_, i) => i !== at),
                seats: withoutGroup(old.seats, at),
              }))
            }
          />
        </section>
      ))}
      <Button onPress={() => change((old) => ({ groups: [...old.groups, { id: null, name: "", head: "" }] }))}>
        {words.groups.add}
      </Button>
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
                ...groups.map((_, at) => ({ value: String(at), label: nameOf(at) })),
              ]}
            />
          ))}
        </section>
      )}
    </Form>
  );
}

/** What somebody else laid out meanwhile, beside what stands here: he says which is to stand. */
function Other({ kept, onMine }: { kept: Kept; onMine: () => void }) {
  return (
    <section class="card">
      <Status kind="waiting" isLive>
        {vi.minutes.other}
      </Status>
      <ul>
        {kept.items.map(({ id, name, member_ids }) => (
          <li key={id}>{words.groups.other(name, number(member_ids.length))}</li>
        ))}
      </ul>
      {kept.items.length === 0 && <p>{words.groups.none}</p>}
      <Button onPress={onMine}>{vi.minutes.keepMine}</Button>
    </section>
  );
}
