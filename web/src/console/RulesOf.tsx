import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { date } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { me } from "../sync/session";
import { Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { officiates } from "../ui/roles";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Table } from "../ui/Table";
import { useCopy } from "../ui/useCopy";
import { usePlace } from "../ui/usePlace";
import { Said } from "../ui/words";
import { bodyOf, isHalfQuiet, NUMBERS, type Rules, type Typed, typedOf } from "./rules";

type Organization = Shapes["Organization"];
type Review = Rules["review"];

/** The rules that hold in an organisation, and which of them are its own; an officer sets them for it and all below. */
export default function RulesOf() {
  const { id, place } = usePlace();
  const parent = place.data?.parent_id ?? null;
  const rules = useCopy<Rules>(`/v1/organizations/${id}/rules`);
  const above = useCopy<Rules>(parent ? `/v1/organizations/${parent}/rules` : null);
  const isReady = place.data && rules.data && (!parent || above.data || above.phase === "error");
  const waiting = [place, rules, above].find((each) => each.data === null) ?? rules;
  return (
    <Screen title={office.rules.title} of={isReady ? rules : waiting} isWide back={`/app/quan-ly?noi=${id}`}>
      {isReady && (
        <>
          <p class="large strong">{place.data!.name}</p>
          <Held rules={rules.data!} above={above.data} />
          {officiates(me.value?.member) && (
            <Change
              key={`${id}-${rules.data!.version}`}
              organization={place.data!}
              rules={rules.data!}
              above={above.data}
              onDone={rules.retry}
            />
          )}
        </>
      )}
    </Screen>
  );
}

function wordsOfRules(rules: Rules): Record<keyof typeof office.rules.names, string> {
  const { rules: words } = office;
  return {
    registration_day: words.dayOf(rules.registration_day),
    agenda_limit_minutes: vi.meeting.minutes(rules.agenda_limit_minutes),
    resolution_due_days: words.days(rules.resolution_due_days),
    quiet: words.between(rules.quiet_from, rules.quiet_to),
    review: words.reviews[rules.review],
    retention_days: words.days(rules.retention_days),
    term_started_on: rules.term_started_on ? date(rules.term_started_on) : vi.none,
    reminders: rules.reminders.length > 0 ? words.reminders(rules.reminders.length) : words.noReminders,
  };
}

function Held({ rules, above }: { rules: Rules; above: Rules | null }) {
  const { rules: words } = office;
  const held = wordsOfRules(rules);
  const higher = above && wordsOfRules(above);
  const names = Object.keys(words.names) as (keyof typeof words.names)[];
  const heads = higher ? [words.rule, words.here, words.above] : [words.rule, words.here];
  return (
    <section class="stack">
      <p>
        {rules.inherited_from
          ? words.inherited(rules.inherited_from.name)
          : rules.version > 0
            ? words.own(rules.effective_on ? date(rules.effective_on) : null)
            : words.usual}
      </p>
      <Table label={words.title} heads={heads} isWords>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{words.names[name]}</th>
            <td class={higher && higher[name] !== held[name] ? "strong" : undefined}>{held[name]}</td>
            {higher && <td>{higher[name]}</td>}
          </tr>
        ))}
      </Table>
    </section>
  );
}

interface ChangeProps {
  organization: Organization;
  rules: Rules;
  above: Rules | null;
  onDone: () => void;
}

function Change({ organization, rules, above, onDone }: ChangeProps) {
  const [typed, setTyped] = useState<Typed>(() => typedOf(rules, above));
  const [from, setFrom] = useState("");
  const [isDone, setDone] = useState(false);
  const [keys] = useState(() => new Keys());
  const { rules: words } = office;
  const set = (change: Partial<Typed>) => setTyped({ ...typed, ...change });
  const usual = above ?? rules;

  async function put() {
    setDone(false);
    if (isHalfQuiet(typed)) throw new Said(words.bothHours);
    await keys.send("PUT", `/v1/organizations/${organization.id}/rules`, bodyOf(typed, from, rules, above));
    setDone(true);
    onDone();
  }
  return (
    <section class="stack">
      <h2>{words.change}</h2>
      <p>{words.how}</p>
      <Form submit={words.put} onSubmit={put}>
        <div class="fields">
          {NUMBERS.map((name) => (
            <Field
              key={name}
              label={words.names[name]}
              type="number"
              inputMode="numeric"
              value={typed[name]}
              onValue={(value) => set({ [name]: value })}
              hint={words.asAbove(String(usual[name]))}
            />
          ))}
          <Field
            label={words.quietFrom}
            type="time"
            value={typed.quiet_from}
            onValue={(quiet_from) => set({ quiet_from })}
            hint={words.asAbove(usual.quiet_from)}
          />
          <Field
            label={words.quietTo}
            type="time"
            value={typed.quiet_to}
            onValue={(quiet_to) => set({ quiet_to })}
            hint={words.asAbove(usual.quiet_to)}
          />
          <Select
            label={words.names.review}
            value={typed.review as Review | ""}
            onValue={(review) => set({ review })}
            choices={[
              { value: "", label: words.asAbove(words.reviews[usual.review]) },
              ...(["none", "quarter", "year"] as const).map((value) => ({ value, label: words.reviews[value] })),
            ]}
          />
          <Field
            label={words.names.term_started_on}
            type="date"
            value={typed.term_started_on}
            onValue={(term_started_on) => set({ term_started_on })}
          />
          <Field label={words.from} type="date" value={from} onValue={setFrom} hint={words.fromHint} />
        </div>
      </Form>
      {isDone && (
        <Status kind="done" isLive>
          {words.done}
        </Status>
      )}
    </section>
  );
}
