import { useEffect } from "preact/hooks";
import type { Home as HomeShape, Mark, Meeting } from "../api/client";
import { daysTo, day, moment } from "../i18n/format";
import { vi } from "../i18n/vi";
import { prefetch } from "../sync/packs";
import { me } from "../sync/session";
import { ButtonLink } from "../ui/Button";
import { keepContact } from "../ui/contact";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useCopy } from "../ui/useCopy";
import { placeOfTodo } from "./places";
import { PushAsk } from "./PushAsk";
import { UnsentLine } from "./UnsentLine";

export function Home() {
  const home = useCopy<HomeShape>("/v1/me/home");
  const data = home.data;
  useEffect(() => {
    const member = me.value?.member_id;
    if (!data || !member || home.phase !== "fresh") return;
    keepContact(member, data.contact);
    void prefetch(member, data).catch(() => undefined);
  }, [data, home.phase]);

  const primary = data?.next_meeting ? (
    <ButtonLink kind="primary" href={`/app/hop/${data.next_meeting.id}`}>
      {vi.home.read}
    </ButtonLink>
  ) : (
    <ButtonLink kind="primary" href="/app/van-ban">
      {vi.home.papers}
    </ButtonLink>
  );
  return (
    <Screen title={vi.home.title} of={home} primary={data && primary}>
      {data && (
        <>
          <p class="large">{vi.home.hello(me.value?.member.full_name ?? "")}</p>
          <UnsentLine />
          <Next meeting={data.next_meeting} mark={data.next_meeting_mark} />
          <Todo
            items={data.todo.filter((todo) => todo.subject.id !== data.next_meeting?.id || todo.kind !== "read_pack")}
          />
          <Rows>
            <Row href="/app/hop-thu" title={vi.home.inbox(data.unread)} />
            <Row href="/app/bu" title={vi.home.catchUp} />
          </Rows>
          {/* Known after several reads: nothing stands below that it could push away. */}
          <PushAsk />
        </>
      )}
    </Screen>
  );
}

function Next({ meeting, mark }: { meeting: Meeting | null; mark: Mark | null }) {
  if (!meeting)
    return (
      <section class="card">
        <h2>{vi.home.next}</h2>
        <p>{vi.home.noNext}</p>
      </section>
    );
  return (
    <section class="card">
      <h2>{vi.home.next}</h2>
      <p class="large strong">{moment(meeting.starts_at)}</p>
      <p>
        {vi.kinds[meeting.kind]} · {vi.home.inDays(daysTo(meeting.starts_at, Date.now()))}
      </p>
      <p>
        {vi.meeting.place}: {meeting.place}
      </p>
      {meeting.change_note && <Status kind="waiting">{vi.meeting.changed(meeting.change_note)}</Status>}
      {mark?.read_at ? (
        <Status kind="done">{vi.home.readAlready}</Status>
      ) : (
        <Status kind="waiting">{vi.home.notRead}</Status>
      )}
    </section>
  );
}

function Todo({ items }: { items: HomeShape["todo"] }) {
  if (items.length === 0) return null;
  return (
    <section class="stack">
      <h2>{vi.home.todo}</h2>
      <Rows>
        {items.map((todo) => (
          <Row key={todo.kind + todo.subject.id} href={placeOfTodo(todo)} title={todo.title}>
            {todo.due_at && <span>{vi.home.due(day(todo.due_at))}</span>}
          </Row>
        ))}
      </Rows>
    </section>
  );
}
