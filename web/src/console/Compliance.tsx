import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { day, moment, month as monthWords, monthOf } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { idOf, monthIn } from "../ui/address";
import { Button } from "../ui/Button";
import { Select } from "../ui/Field";
import { officiates, overseen } from "../ui/roles";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Table } from "../ui/Table";
import { useList } from "../ui/useList";
import { Nudge, type NudgeKind } from "./Nudge";
import { TableFile } from "./TableFile";

type Line = Shapes["Compliance"];
type State = keyof typeof office.progress.states;
const STATES = Object.keys(office.progress.states) as State[];
const NUDGED: readonly string[] = ["not_registered", "not_held", "resolution_overdue"];

/** Which branches stand where in a month; those who are behind can be reminded from here. */
export default function Compliance() {
  const { query, route } = useLocation();
  const own = me.value ? overseen(me.value.member, "officer", "committee_member") : { id: "", name: "" };
  const id = idOf(query.noi) ?? own.id;
  const month = monthIn(query.thang) ?? monthOf(Date.now());
  const state = STATES.find((each) => each === query.muc) ?? "not_registered";
  const list = useList<Line>(`/v1/organizations/${id}/compliance?month=${month}&state=${state}&limit=100`);
  const [isNudging, setNudging] = useState(false);
  const isOfficers = officiates(me.value?.member, id);
  const canNudge = isOfficers && NUDGED.includes(state) && list.items.length > 0;
  const words = list.hasMore ? office.progress.nudgeAll : office.progress.nudge(list.items.length);

  return (
    <Screen
      title={office.progress.title}
      of={list}
      isWide
      back={`/app/quan-ly?noi=${id}&thang=${month}`}
      primary={
        canNudge &&
        !isNudging && (
          <Button kind="primary" onPress={() => setNudging(true)}>
            {words}
          </Button>
        )
      }
    >
      <p class="large strong">{vi.monthTitle(monthWords(month))}</p>
      <Select
        label={office.progress.filter}
        value={state}
        choices={STATES.map((value) => ({ value, label: office.progress.states[value] }))}
        onValue={(value) => {
          setNudging(false);
          route(`/app/quan-ly/tien-do?noi=${id}&thang=${month}&muc=${value}`, true);
        }}
      />
      {isOfficers && <TableFile kind="compliance" organization={id} filter={{ month, state }} />}
      {isNudging && <Nudge organization={id} month={month} kind={state as NudgeKind} />}
      {list.data && list.items.length === 0 && <p>{office.progress.none}</p>}
      {list.items.length > 0 && <Lines lines={list.items} />}
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </Screen>
  );
}

function Lines({ lines }: { lines: Line[] }) {
  const { title, branch, secretary, deadline, registered, meets, resolution, nudged } = office.progress;
  return (
    <Table label={title} heads={[branch, secretary, deadline, registered, meets, resolution, nudged]} isWords>
      {lines.map((line) => (
        <tr key={line.branch.id}>
          <th scope="row">
            {line.branch.name}
            <p class="hint">{line.path.map((each) => each.name).join(" › ")}</p>
          </th>
          <td>
            {line.secretary ? <p>{line.secretary.full_name}</p> : vi.none}
            {line.secretary?.phone && <a href={`tel:${line.secretary.phone}`}>{line.secretary.phone}</a>}
          </td>
          <td>
            {day(line.due_at)}
            {line.late && <Status kind="late">{office.progress.late}</Status>}
          </td>
          <td>{registeredWords(line)}</td>
          <td>
            {line.starts_at ? moment(line.starts_at) : vi.none}
            {line.held && <Status kind="done">{office.progress.states.held}</Status>}
          </td>
          <td>{office.progress.resolutions[line.resolution]}</td>
          <td>{line.reminded_at ? moment(line.reminded_at) : vi.none}</td>
        </tr>
      ))}
    </Table>
  );
}

function registeredWords({ registered_at, on_time }: Line): string {
  if (!registered_at) return vi.none;
  const words = on_time === null ? "" : on_time ? office.progress.onTime : office.progress.notOnTime;
  return [moment(registered_at), words].filter(Boolean).join(", ");
}
