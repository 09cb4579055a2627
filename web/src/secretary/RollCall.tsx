import { Component } from "preact";
import { useLocation } from "preact-iso";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import type { Meeting, Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { usePathId } from "../ui/address";
import { Button, ButtonLink } from "../ui/Button";
import { Field } from "../ui/Field";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { worstOf } from "../ui/loaded";
import { type Loaded, useCopy } from "../ui/useCopy";
import { useDraft } from "../ui/useDraft";
import { type Attending, useBranch } from "./api";
import {
  bodyOf,
  countOf,
  type Entry,
  entriesOf,
  next,
  type RollState,
  shownOf,
  type Tapped,
  waysOf,
  withTapped,
} from "./roll";
import { useOneGroup } from "./useOneGroup";

const UNTOUCHED: { tapped: Tapped } = { tapped: {} };

export default function RollCall() {
  const id = usePathId();
  const branch = useBranch();
  const list = useCopy<Shapes["AttendanceList"]>(`/v1/meetings/${id}/attendance?limit=500`);
  const exempt = useCopy<Shapes["MemberList"]>(`/v1/organizations/${branch.id}/members?exempt=true&limit=500`);
  const meeting = useCopy<Meeting>(`/v1/meetings/${id}`);
  const isReady = list.data && exempt.data && meeting.data;
  const of = worstOf<Loaded<unknown>>(list, exempt, meeting);
  return isReady ? (
    <Roll key={id} of={of} meeting={meeting.data!} items={list.data!.items} exempt={exempt.data!} />
  ) : (
    <Screen hasTabs={false} title={vi.roll.title} of={of} back="/app/chi-bo" />
  );
}

interface RollProps {
  of: Loaded<unknown>;
  meeting: Meeting;
  items: Attending[];
  exempt: Shapes["MemberList"];
}

/** What is tapped is kept at once: neither network that comes back nor an empty battery undoes it. */
function Roll({ of, meeting, items, exempt }: RollProps) {
  const { route } = useLocation();
  const { draft, set, clear, isRead } = useDraft(`roll:${meeting.id}`, UNTOUCHED, 0);
  const [typed, setTyped] = useState("");
  const group = useOneGroup();
  const [keys] = useState(() => new Keys("steps"));
  const endedAt = useRef<string | null>(null);
  const known = useMemo(() => entriesOf(items, new Set(exempt.items.map((member) => member.id))), [items, exempt]);
  const entries = useMemo(() => withTapped(known, draft.tapped), [known, draft.tapped]);
  const say = useCallback(
    (id: string, state: RollState) => set(({ tapped }) => ({ tapped: { ...tapped, [id]: state } })),
    [],
  );
  const count = countOf(entries);

  /** The end is said once: a repeat says the same, however late it is by then. */
  async function hold() {
    endedAt.current ??= endOf(meeting);
    await keys.send("POST", `/v1/meetings/${meeting.id}/hold`, { ended_at: endedAt.current });
  }
  async function save() {
    if (meeting.state === "scheduled") await hold();
    await keys.send("POST", `/v1/meetings/${meeting.id}/attendance`, bodyOf(entries));
    await clear();
    route("/app/chi-bo", true);
  }
  const shown = group.of(shownOf(entries, typed), (entry) => entry.id);
  return (
    <Screen
      hasTabs={false}
      title={vi.roll.title}
      of={of}
      back="/app/chi-bo"
      primary={
        // What was tapped before is not counted yet.
        isRead && (
          <>
            <Status kind="info" isLive>
              {vi.roll.count(count.present, count.base, count.exemptPresent)}
            </Status>
            <Button kind="primary" onPress={save}>
              {vi.roll.save}
            </Button>
          </>
        )
      }
    >
      <p>{vi.roll.how}</p>
      {meeting.state === "scheduled" && (
        <ButtonLink kind="quiet" href={`/app/chi-bo/ma/${meeting.id}`}>
          {vi.checkIn.show}
        </ButtonLink>
      )}
      {group.choice}
      <Field label={vi.roll.find} type="search" value={typed} onValue={setTyped} />
      {isRead && (
        <>
          <People title={vi.roll.expected} entries={shown.filter((entry) => !entry.isExempt)} onSay={say} />
          <People title={vi.roll.exempt} entries={shown.filter((entry) => entry.isExempt)} onSay={say} />
        </>
      )}
    </Screen>
  );
}

/** The end that is not asked for: an hour and a half after it began, or now. */
function endOf(meeting: Meeting): string {
  const end = Math.min(Date.now(), Date.parse(meeting.starts_at) + 5_400_000);
  return new Date(Math.max(end, Date.parse(meeting.starts_at))).toISOString();
}

type Say = (id: string, state: RollState) => void;

function People({ title, entries, onSay }: { title: string; entries: Entry[]; onSay: Say }) {
  if (entries.length === 0) return null;
  return (
    <section class="stack">
      <h2>{title}</h2>
      <ul class="rows">
        {entries.map((entry) => (
          <Person key={entry.id} entry={entry} onSay={onSay} />
        ))}
      </ul>
    </section>
  );
}

interface PersonProps {
  entry: Entry;
  onSay: Say;
}

/** Plain rows, made anew only when they change: a tap among 146 paints within a tenth of a second on an old phone. */
class Person extends Component<PersonProps> {
  override shouldComponentUpdate({ entry: { state, reason, name } }: PersonProps): boolean {
    const { entry } = this.props;
    return state !== entry.state || reason !== entry.reason || name !== entry.name;
  }
  render({ entry, onSay }: PersonProps) {
    return (
      <li>
        <div class={`roll ${entry.state}`} onClick={() => onSay(entry.id, next(entry).state)}>
          <span aria-hidden="true">{entry.name}</span>
          <span class="strong" aria-hidden="true">
            {vi.roll.states[entry.state]}
          </span>
          {entry.reason && (
            <span class="hint" aria-hidden="true">
              {entry.reason}
            </span>
          )}
          <Ways entry={entry} onSay={onSay} />
        </div>
      </li>
    );
  }
}

function Ways({ entry, onSay }: PersonProps) {
  return (
    <div
      class="ways"
      role="radiogroup"
      aria-label={entry.reason ? `${entry.name}, ${entry.reason}` : entry.name}
      onClick={(event) => event.stopPropagation()}
    >
      {waysOf(entry).map((state) => (
        <input
          key={state}
          type="radio"
          name={entry.id}
          aria-label={vi.roll.states[state]}
          checked={state === entry.state}
          onChange={() => onSay(entry.id, state)}
        />
      ))}
    </div>
  );
}
