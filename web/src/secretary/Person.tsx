import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { branch } from "../i18n/branch";
import { moment } from "../i18n/format";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { usePathId } from "../ui/address";
import { Button } from "../ui/Button";
import { Check, Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { saveFile } from "../ui/saveFile";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { NOT_KEPT, useCopy } from "../ui/useCopy";
import { useLetters } from "../ui/useLetters";
import { useList } from "../ui/useList";
import { Said } from "../ui/words";
import { changesOf, formOf, needsReason, type Profile } from "./person";

const words = branch.person;

/** One member: what the branch knows of him, what changes, what helps him in. Each look is written down, so nothing of
 * it is kept here. */
export default function Person() {
  const id = usePathId();
  const profile = useCopy<Profile>(`/v1/members/${id}`, NOT_KEPT);
  const member = profile.data;
  return (
    <Screen title={member?.full_name ?? words.title} of={profile} back="/app/chi-bo/dang-vien">
      {member && (
        <>
          <section class="card">
            {member.card_number && <p>{words.card(member.card_number)}</p>}
            {member.birth_year && <p>{words.born(member.birth_year)}</p>}
            <p>{member.branch.name}</p>
            {member.phone && <a href={`tel:${member.phone}`}>{member.phone}</a>}
          </section>
          {member.status !== null && <Edit key={member.version} member={member} onDone={profile.retry} />}
          <Letter member={member} />
          <Regain member={id} />
          <History key={`${id}-${member.version}`} member={id} />
        </>
      )}
    </Screen>
  );
}

function Edit({ member, onDone }: { member: Profile; onDone: () => void }) {
  const [form, setForm] = useState(() => formOf(member));
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });

  async function save() {
    const body = changesOf(member, form);
    if (needsReason(member, form) && !form.reason.trim()) throw new Said(words.noReason);
    if (Object.keys(body).length === 0) return;
    const asking = { body, ifMatch: `"${member.version}"`, key: newKey(), waitS: 20 };
    await askMe("PATCH", `/v1/members/${member.id}`, asking);
    onDone();
  }
  return (
    <section class="stack">
      <h2>{words.edit}</h2>
      <Form submit={words.save} onSubmit={save}>
        <Field label={words.name} value={form.name} onValue={(name) => set({ name })} maxLength={200} />
        <Field label={words.phone} type="tel" value={form.phone} onValue={(phone) => set({ phone })} maxLength={20} />
        <Select
          label={words.occupation}
          value={form.occupation}
          onValue={(occupation) => set({ occupation })}
          choices={[
            { value: "", label: words.notSaid },
            ...Object.entries(words.occupations).map(([value, label]) => ({
              value: value as typeof form.occupation,
              label,
            })),
          ]}
        />
        <Select
          label={words.status}
          value={form.status}
          onValue={(status) => set({ status })}
          choices={Object.entries(vi.members.statuses).map(([value, label]) => ({
            value: value as typeof form.status,
            label,
          }))}
        />
        {form.status === "left" && (
          <Select
            label={words.leftReason}
            value={form.leftReason}
            onValue={(leftReason) => set({ leftReason })}
            choices={Object.entries(words.leftReasons).map(([value, label]) => ({
              value: value as typeof form.leftReason,
              label,
            }))}
          />
        )}
        <Check label={words.exempt} value={form.isExempt} onValue={(isExempt) => set({ isExempt })} />
        {needsReason(member, form) && (
          <>
            <Field label={words.reason} value={form.reason} onValue={(reason) => set({ reason })} maxLength={2000} />
            <Field label={words.from} type="date" value={form.from} onValue={(from) => set({ from })} />
          </>
        )}
      </Form>
    </section>
  );
}

function Letter({ member }: { member: Profile }) {
  const letters = useLetters(member.branch.id);
  return (
    <section class="stack">
      <Button onPress={() => letters.make([member.id], 1)}>{words.letter}</Button>
      <p class="hint">{words.letterWhat}</p>
    </section>
  );
}

/** The account of who has lost phone and password; he himself can object for a while, so the letter comes later. */
function Regain({ member }: { member: string }) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState<Shapes["Recovery"] | null>(null);
  const path = `/v1/members/${member}/recoveries`;

  async function ask() {
    if (!reason.trim()) throw new Said(words.noReason);
    setAsked((await askMe<Shapes["Recovery"]>("POST", path, { body: { reason: reason.trim() } })).body);
  }
  async function print(id: string) {
    saveFile((await askMe<Blob>("GET", `${path}/${id}/letter.pdf`, { as: "file" })).body, words.recoveryFile);
  }
  if (asked)
    return (
      <>
        <Status kind="done" isLive>
          {words.recoveryAsked(moment(asked.ready_at))}
        </Status>
        <Button onPress={() => print(asked.id)}>{words.recoveryPrint}</Button>
      </>
    );
  if (!isOpen)
    return (
      <section class="stack">
        <Button kind="quiet" onPress={() => setOpen(true)}>
          {words.recovery}
        </Button>
        <p class="hint">{words.recoveryWhat}</p>
      </section>
    );
  return (
    <Form submit={words.recoveryAsk} onSubmit={ask}>
      <Field label={words.reason} value={reason} onValue={setReason} maxLength={2000} />
    </Form>
  );
}

function History({ member }: { member: string }) {
  const list = useList<Shapes["History"]>(`/v1/members/${member}/history`);
  return (
    <section class="stack">
      <h2>{words.history}</h2>
      <State of={list} />
      {list.data && list.items.length === 0 && <p>{words.noHistory}</p>}
      <Rows>
        {list.items.map((each, i) => (
          <Row key={i} title={<span class="strong">{words.actions[each.action]}</span>}>
            <span>
              {moment(each.at)}
              {each.actor && `, ${words.by(each.actor.full_name)}`}
            </span>
            {each.reason && <span class="hint">{each.reason}</span>}
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </section>
  );
}
