import { useState } from "preact/hooks";
import { Refused, type Shapes } from "../api/client";
import { branch } from "../i18n/branch";
import { moment } from "../i18n/format";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { askMe, me } from "../sync/session";
import { usePathId } from "../ui/address";
import { Button } from "../ui/Button";
import { Check, Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { Other } from "../ui/Other";
import { administers, keepsRoster } from "../ui/roles";
import { Row, Rows } from "../ui/Row";
import { saveFile } from "../ui/saveFile";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { NOT_KEPT, useCopy } from "../ui/useCopy";
import { useDraft } from "../ui/useDraft";
import { useLetters } from "../ui/useLetters";
import { useList } from "../ui/useList";
import { useTyped } from "../ui/useTyped";
import { unlessChanged } from "../ui/unlessChanged";
import { Said, wordsOf } from "../ui/words";
import { changesOf, type Form as EditForm, formOf, needsReason, type Profile } from "./person";

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
          {keepsRoster(me.value?.member, member.branch.id) && (
            <>
              {member.status !== null && <Edit key={id} member={member} onDone={profile.retry} />}
              <Letter member={member} />
              <Regain member={id} />
            </>
          )}
          <History key={`${id}-${member.version}`} member={id} />
        </>
      )}
    </Screen>
  );
}

function lineOf(name: keyof EditForm, value: string): string {
  const labels = {
    name: words.name,
    phone: words.phone,
    occupation: words.occupation,
    status: words.status,
    leftReason: words.leftReason,
    isExempt: words.exempt,
    reason: words.reason,
    from: words.from,
  };
  return vi.field(labels[name], saidOf(name, value) || vi.none);
}

function saidOf(name: keyof EditForm, value: string): string {
  if (name === "occupation") return words.occupations[value as keyof typeof words.occupations] ?? words.notSaid;
  if (name === "status") return vi.members.statuses[value as keyof typeof vi.members.statuses];
  if (name === "isExempt") return value === "true" ? words.isSo : words.isNotSo;
  return value;
}

function Edit({ member, onDone }: { member: Profile; onDone: () => void }) {
  const typing = useTyped(formOf(member), member.version);
  const { form } = typing;
  const [keys] = useState(() => new Keys());
  const [isSaved, setSaved] = useState(false);
  const isAdmin = administers(me.value?.member);
  function set(change: Partial<EditForm>) {
    setSaved(false);
    typing.set(change);
  }

  async function save() {
    setSaved(false);
    const body = changesOf(member, form);
    if (needsReason(member, form) && !form.reason.trim()) throw new Said(words.noReason);
    if (typing.other) throw new Said(vi.minutes.choose);
    if (Object.keys(body).length === 0) return;
    const ifMatch = `"${member.version}"`;
    await unlessChanged(() => keys.send("PATCH", `/v1/members/${member.id}`, body, { ifMatch }), onDone);
    typing.sent();
    setSaved(true);
    onDone();
  }
  return (
    <section class="stack">
      <h2>{words.edit}</h2>
      <Form submit={words.save} onSubmit={save}>
        <Other of={typing} line={lineOf} />
        {isAdmin && <Field label={words.name} value={form.name} onValue={(name) => set({ name })} maxLength={200} />}
        <Field label={words.phone} type="tel" value={form.phone} onValue={(phone) => set({ phone })} maxLength={20} />
        {isAdmin ? (
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
        ) : (
          <p>
            {vi.field(words.occupation, saidOf("occupation", form.occupation))}
            <br />
            <span class="hint">{words.byAdmin}</span>
          </p>
        )}
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
      {isSaved && (
        <Status kind="done" isLive>
          {words.saved}
        </Status>
      )}
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

const NOT_ASKED = { asked: null };
/** It is over, or a newer one has taken its place. */
const ENDED = ["recovery_ended", "not_found"];

/** The account of who has lost phone and password; he himself can object for a while, so the letter comes later. */
function Regain({ member }: { member: string }) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  // A day passes before its letter can be printed: whoever comes back then finds it.
  const kept = useDraft<{ asked: Shapes["Recovery"] | null }>(`recovery:${member}`, NOT_ASKED, 0);
  const { asked } = kept.draft;
  const [ended, setEnded] = useState<string | null>(null);
  const path = `/v1/members/${member}/recoveries`;

  async function ask() {
    if (!reason.trim()) throw new Said(words.noReason);
    kept.set({ asked: (await askMe<Shapes["Recovery"]>("POST", path, { body: { reason: reason.trim() } })).body });
  }
  async function print(id: string) {
    try {
      saveFile((await askMe<Blob>("GET", `${path}/${id}/letter.pdf`, { as: "file" })).body, words.recoveryFile);
    } catch (error) {
      if (!(error instanceof Refused) || !ENDED.includes(error.problem.code)) throw error;
      // He objected, has used it, or it was never used: it can be asked for anew.
      await kept.clear();
      setOpen(false);
      setEnded(wordsOf(error));
    }
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
        {ended && (
          <Status kind="late" isLive>
            {ended}
          </Status>
        )}
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
