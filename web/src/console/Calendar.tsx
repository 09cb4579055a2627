import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Meeting } from "../api/client";
import { hour, weekday } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { Button, ButtonLink } from "../ui/Button";
import { Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { officiates, overseen } from "../ui/roles";
import { Screen } from "../ui/Screen";
import { Table } from "../ui/Table";
import { useList } from "../ui/useList";
import { Said } from "../ui/words";
import {
  addressOf,
  byDay,
  daysFrom,
  filterOf,
  type Kind,
  KINDS,
  pathOf,
  type State,
  STATES,
  type Wanted,
  wantedOf,
  WEEK,
} from "./calendar";
import { TableFile } from "./TableFile";

/** The meetings of an organisation and of all below it, between two days. */
export default function Calendar() {
  const { query } = useLocation();
  const own = me.value ? overseen(me.value.member, "officer", "committee_member").id : "";
  const wanted = wantedOf(query, own, Date.now());
  const list = useList<Meeting>(pathOf(wanted));
  return (
    <Screen title={office.calendar.title} of={list} isWide back={`/app/quan-ly?noi=${wanted.organization}`}>
      <nav class="line" aria-label={office.calendar.days}>
        <ButtonLink kind="quiet" href={addressOf({ ...wanted, ...daysFrom(Date.now(), 1) })}>
          {office.calendar.today}
        </ButtonLink>
        <ButtonLink kind="quiet" href={addressOf({ ...wanted, ...daysFrom(Date.now(), WEEK) })}>
          {office.calendar.week}
        </ButtonLink>
      </nav>
      <Filter key={addressOf(wanted)} wanted={wanted} />
      {list.data && list.items.length === 0 && <p>{office.calendar.none}</p>}
      {list.items.length > 0 && (
        <>
          <p class="hint">{office.calendar.latest}</p>
          {byDay(list.items).map(({ day, meetings }) => (
            <Day key={day} meetings={meetings} />
          ))}
          {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
          {officiates(me.value?.member, wanted.organization) && (
            <section class="stack">
              <p>{office.calendar.wholeMonths}</p>
              <TableFile kind="meetings" organization={wanted.organization} filter={filterOf(wanted)} />
            </section>
          )}
        </>
      )}
    </Screen>
  );
}

const ALL = { value: "", label: office.calendar.all } as const;

function Filter({ wanted }: { wanted: Wanted }) {
  const { route } = useLocation();
  const [from, setFrom] = useState(wanted.from);
  const [to, setTo] = useState(wanted.to);
  const [kind, setKind] = useState<Kind | "">(wanted.kind);
  const [state, setState] = useState<State | "">(wanted.state);

  async function show() {
    if (!from || !to || from > to) throw new Said(office.calendar.wrongDays);
    route(addressOf({ ...wanted, from, to, kind, state }));
  }
  return (
    <Form isByEnter submit={office.calendar.show} onSubmit={show}>
      <div class="fields">
        <Field label={office.calendar.from} type="date" value={from} onValue={setFrom} />
        <Field label={office.calendar.to} type="date" value={to} onValue={setTo} />
        <Select
          label={office.calendar.kind}
          value={kind}
          onValue={setKind}
          choices={[ALL, ...KINDS.map((value) => ({ value, label: vi.kinds[value] }))]}
        />
        <Select
          label={office.calendar.state}
          value={state}
          onValue={setState}
          choices={[ALL, ...STATES.map((value) => ({ value, label: office.calendar.states[value] }))]}
        />
      </div>
    </Form>
  );
}

function Day({ meetings }: { meetings: Meeting[] }) {
  const title = weekday(meetings[0]!.starts_at);
  const { calendar } = office;
  const heads = [calendar.hour, calendar.where, calendar.what, calendar.place, calendar.state] as const;
  return (
    <section class="stack">
      <h2>{title}</h2>
      <Table label={title} heads={heads} isWords>
        {meetings.map((meeting) => (
          <tr key={meeting.id}>
            <th scope="row">{hour(meeting.starts_at)}</th>
            <td>{meeting.organization.name}</td>
            <td>{vi.kinds[meeting.kind]}</td>
            <td>{meeting.place}</td>
            <td>{calendar.states[meeting.state]}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
