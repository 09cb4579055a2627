import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { day, moment, month as monthWords, monthOf } from "../i18n/format";
import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { idOf, monthIn } from "../ui/address";
import { Button } from "../ui/Button";
import { overseen } from "../ui/roles";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useList } from "../ui/useList";
import { Nudge, type NudgeKind } from "./Nudge";

type Line = Shapes["Compliance"];
type State = keyof typeof vi.progress.states;
const STATES = Object.keys(vi.progress.states) as State[];
const NUDGED: readonly string[] = ["not_registered", "not_held", "resolution_overdue"];

/** Which branches stand where in a month; those who are behind can be reminded from here. */
export default function Compliance() {
  const { query, route } = useLocation();
  const own = me.value ? overseen(me.value.member) : { id: "", name: "" };
  const id = idOf(query.noi) ?? own.id;
  const month = monthIn(query.thang) ?? monthOf(Date.now());
  const state = STATES.find((each) => each === query.muc) ?? "not_registered";
  const list = useList<Line>(`/v1/organizations/${id}/compliance?month=${month}&state=${state}&limit=100`);
  const [isNudging, setNudging] = useState(false);
  const canNudge = NUDGED.includes(state) && list.items.length > 0;
  const words = list.hasMore ? vi.progress.nudgeAll : vi.progress.nudge(list.items.length);

  return (
    <Screen
      title={vi.progress.title}
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
      <div class="field">
        <label for="state">{vi.progress.filter}</label>
        <select
          id="state"
          value={state}
          onChange={(event) => {
            setNudging(false);
            route(`/app/quan-ly/tien-do?noi=${id}&thang=${month}&muc=${event.currentTarget.value}`, true);
          }}
        >
          {STATES.map((each) => (
            <option key={each} value={each}>
              {vi.progress.states[each]}
            </option>
          ))}
        </select>
      </div>
      {isNudging && <Nudge organization={id} month={month} kind={state as NudgeKind} />}
      {list.items.length === 0 && <p>{vi.progress.none}</p>}
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
              <Status kind="late">{vi.progress.late}</Status>
            ) : (
              <span>{vi.progress.due(day(line.due_at))}</span>
            )}
            {line.reminded_at && <span class="hint">{vi.progress.reminded(moment(line.reminded_at))}</span>}
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </Screen>
  );
}
