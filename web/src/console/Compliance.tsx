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
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
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
      {list.items.length === 0 && <p>{office.progress.none}</p>}
      <Rows>
        {list.items.map((line) => (
          <Row key={line.branch.id} title={<span class="strong">{line.branch.name}</span>}>
            <span class="hint">{line.path.map((each) => each.name).join(" › ")}</span>
            {line.secretary && (
              <span>
                {line.secretary.full_name}
                {line.secretary.phone && (
                  <>
                    {" "}
                    · <a href={`tel:${line.secretary.phone}`}>{line.secretary.phone}</a>
                  </>
                )}
              </span>
            )}
            {line.late ? (
              <Status kind="late">{office.progress.late}</Status>
            ) : (
              <span>{office.progress.due(day(line.due_at))}</span>
            )}
            {line.reminded_at && <span class="hint">{office.progress.reminded(moment(line.reminded_at))}</span>}
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </Screen>
  );
}
