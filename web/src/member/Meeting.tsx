import { useEffect } from "preact/hooks";
import type { Meeting as MeetingShape, Pack } from "../api/client";
import { day, moment } from "../i18n/format";
import { vi } from "../i18n/vi";
import { note, tellActivity } from "../sync/activity";
import { me } from "../sync/session";
import { usePathId } from "../ui/address";
import { ButtonLink } from "../ui/Button";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { VisibleTo } from "../ui/VisibleTo";
import { Absence } from "./Absence";
import { Comments } from "./Comments";
import { DocumentState } from "./DocumentRow";
import { UnsentLine } from "./UnsentLine";
import { useMark } from "./useMark";
import { usePack } from "./usePack";

export default function Meeting() {
  const id = usePathId();
  const pack = usePack(id);
  const { mark, can, retry } = useMark(id);
  const isHere = pack.data !== null;
  useEffect(() => {
    const member = me.value?.member_id;
    if (isHere && member) void note(member, "read", "meeting", id).then(() => tellActivity(member));
  }, [isHere, id]);

  const canComment = can("comment");
  return (
    <Screen
      title={vi.meeting.title}
      of={pack}
      back="/app/"
      primary={
        canComment && (
          <ButtonLink kind="primary" href={`/app/hop/${id}/y-kien`}>
            {vi.meeting.comment}
          </ButtonLink>
        )
      }
    >
      {pack.data && (
        <>
          <Head meeting={pack.data.meeting} />
          <UnsentLine />
          <Agenda pack={pack.data} />
          <Outcome meeting={pack.data.meeting} />
          <Comments pack={pack.data} canAnswer={can("answer")} onChange={pack.retry} />
          <div class="stack">
            {(can("propose") || (pack.data.meeting.proposals ?? 0) > 0) && (
              <ButtonLink href={`/app/hop/${id}/de-xuat`}>{vi.meeting.propose}</ButtonLink>
            )}
            {can("check_in") && <ButtonLink href={`/app/diem-danh?hop=${id}`}>{vi.meeting.checkIn}</ButtonLink>}
            <Absence meeting={id} mark={mark} canReport={can("report_absence")} onChange={retry} />
          </div>
          <VisibleTo to={pack.data.meeting.visible_to} />
        </>
      )}
    </Screen>
  );
}

function Head({ meeting }: { meeting: MeetingShape }) {
  return (
    <section class="card">
      <h2>{vi.kinds[meeting.kind]}</h2>
      <p class="large strong">{moment(meeting.starts_at)}</p>
      <p>
        {vi.meeting.place}: {meeting.place}
      </p>
      <p>{meeting.organization.name}</p>
      {meeting.state === "cancelled" && (
        <Status kind="late">{vi.meeting.cancelled(meeting.cancel_reason ?? "")}</Status>
      )}
      {meeting.state === "held" && <Status kind="done">{vi.meeting.held}</Status>}
      {meeting.state === "scheduled" && meeting.changed_at && (
        <Status kind="waiting">
          {meeting.change_note ? vi.meeting.changed(meeting.change_note) : vi.meeting.changedNow}
        </Status>
      )}
    </section>
  );
}

function Agenda({ pack }: { pack: Pack }) {
  const { agenda } = pack.meeting;
  return (
    <section class="stack">
      <h2>{vi.meeting.agenda}</h2>
      {agenda.length === 0 && <p>{vi.meeting.noAgenda}</p>}
      <ol class="stack">
        {agenda.map((item, i) => (
          <li class="stack" key={item.id}>
            <h3>
              {i + 1}. {item.title}
            </h3>
            <p class="hint">
              {vi.meeting.minutes(item.minutes)}
              {item.documents.length === 0 && ` · ${vi.meeting.documents(0)}`}
            </p>
            {item.outcome && <Status kind="done">{vi.meeting.outcome[item.outcome]}</Status>}
            {item.documents.length > 0 && (
              <Rows>
                {item.documents.map((document) => (
                  <Row
                    key={document.id}
                    href={`/app/van-ban/${document.id}?hop=${pack.meeting.id}`}
                    title={document.title}
                  >
                    <DocumentState state={document.state} />
                  </Row>
                ))}
              </Rows>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What came of it: conclusions once the minutes are published, and the resolution. */
function Outcome({ meeting }: { meeting: MeetingShape }) {
  const { minutes, resolution } = meeting;
  if (!minutes?.published_at && !resolution?.document_id) return null;
  const titles = new Map(meeting.agenda.map((item) => [item.id, item.title]));
  return (
    <section class="stack">
      <h2>{vi.meeting.conclusions}</h2>
      {minutes?.published_at && <p class="paper">{minutes.text}</p>}
      {minutes?.published_at &&
        minutes.conclusions.map((conclusion) => (
          <div class="stack" key={conclusion.agenda_item_id}>
            <h3>{titles.get(conclusion.agenda_item_id) ?? vi.none}</h3>
            <p>{conclusion.text}</p>
          </div>
        ))}
      {resolution?.document_id && resolution.published_at && (
        <Rows>
          <Row href={`/app/van-ban/${resolution.document_id}`} title={vi.meeting.resolution}>
            <span>{vi.papers.issued(day(resolution.published_at))}</span>
          </Row>
        </Rows>
      )}
    </section>
  );
}
