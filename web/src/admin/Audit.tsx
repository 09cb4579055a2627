import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { clock, day } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { dayIn } from "../ui/address";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Table } from "../ui/Table";
import { useList } from "../ui/useList";
import { placeAddress } from "./place";

type Entry = Shapes["AuditEntry"];

/** What was done to whom, by whom; each line's digest holds the one before, so none can be taken out. */
export default function Audit() {
  const { query } = useLocation();
  const [from, to] = [dayIn(query.tu) ?? "", dayIn(query.den) ?? ""];
  const days = [from && `from=${from}`, to && `to=${to}`].filter(Boolean).join("&");
  const list = useList<Entry>(`/v1/audit?limit=50${days && `&${days}`}`);
  const { audit } = office;
  return (
    <Screen title={audit.title} of={list} isWide back="/app/quan-ly">
      <Days key={days} from={from} to={to} />
      {list.items.length === 0 ? (
        <p>{audit.none}</p>
      ) : (
        <Table label={audit.title} heads={[audit.at, audit.actor, audit.action, audit.subject, audit.hash]} isWords>
          {list.items.map((entry) => (
            <tr key={entry.hash}>
              <th scope="row">
                {clock(entry.at)}, {day(entry.at)}
              </th>
              <td>{entry.actor?.full_name ?? audit.nobody}</td>
              <td>{audit.actions[entry.action]}</td>
              <td>
                <Subject of={entry.subject} />
              </td>
              <td>{entry.hash.slice(0, 8)}</td>
            </tr>
          ))}
        </Table>
      )}
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </Screen>
  );
}

function Days({ from, to }: { from: string; to: string }) {
  const { route } = useLocation();
  const [first, setFirst] = useState(from);
  const [last, setLast] = useState(to);
  async function show() {
    const asked = [first && `tu=${first}`, last && `den=${last}`].filter(Boolean).join("&");
    route(`/app/quan-ly/nhat-ky${asked && `?${asked}`}`);
  }
  return (
    <Form submit={office.calendar.show} onSubmit={show}>
      <div class="fields">
        <Field label={office.calendar.from} type="date" value={first} onValue={setFirst} />
        <Field label={office.calendar.to} type="date" value={last} onValue={setLast} />
      </div>
    </Form>
  );
}

function Subject({ of: { type, id } }: { of: Entry["subject"] }) {
  const words = office.audit.subjects[type];
  if (type === "organization") return <a href={placeAddress(id)}>{words}</a>;
  if (type === "document") return <a href={`/app/van-ban/${id}`}>{words}</a>;
  return <>{words}</>;
}
