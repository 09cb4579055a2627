import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { isPassing, type Shapes } from "../api/client";
import { fromField, momentOf, month as monthWords, monthOf, toField, today } from "../i18n/format";
import { vi } from "../i18n/vi";
import { readDraft } from "../sync/drafts";
import { Keys } from "../sync/keys";
import { me } from "../sync/session";
import { monthIn } from "../ui/address";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { NOT_KEPT, useCopy } from "../ui/useCopy";
import { useDraft } from "../ui/useDraft";
import { Said } from "../ui/words";
import { useBranch } from "./api";
import { type Content, titlesOf, type Topic, topicsOf } from "./register";

type Draft = Shapes["MeetingDraft"];

/** Next month's meeting is drafted already: it is looked at and registered; nothing publishes itself. */
export default function Register() {
  const { query } = useLocation();
  const branch = useBranch();
  const month = monthIn(query.thang) ?? monthOf(Date.now(), 1);
  // It is made anew each time, and its papers' titles are not kept: there is nothing to go by without network.
  const draft = useCopy<Draft>(`/v1/organizations/${branch.id}/meeting-draft?month=${month}`, NOT_KEPT);
  const branchItself = useCopy<Shapes["Organization"]>(`/v1/organizations/${branch.id}`);
  const isLate = draft.problem?.errors.some((each) => each.code === "in_the_past") ?? false;
  const isAway = draft.phase === "offline" || isPassing(draft.problem?.status ?? 0);
  // What he has begun is on this phone, whatever the server has to say.
  const isAlone = useBegun(subjectOf(branch.id, month)) && draft.data === null && isAway;
  const found = isLate || isAlone ? blankOf(branch, month, branchItself.data) : draft.data;
  return (
    <Screen
      hasTabs={false}
      title={vi.register.title(monthWords(month))}
      of={isLate || isAlone ? branchItself : draft}
      back="/app/chi-bo"
    >
      {found && (
        <Draft
          key={`${found.month}-${found.starts_at}`}
          draft={found}
          isLate={isLate}
          members={branchItself.data?.members ?? null}
        />
      )}
    </Screen>
  );
}

function subjectOf(branch: string, month: string): string {
  return `register:${branch}:${month}`;
}

/** There is something on this phone that was begun and not sent. */
function useBegun(subject: string): boolean {
  const [isBegun, setBegun] = useState(false);
  const member = me.value?.member_id ?? "";
  useEffect(() => {
    let isCurrent = true;
    readDraft(member, subject)
      .then((found) => isCurrent && setBegun(found !== undefined))
      .catch(() => undefined);
    return () => {
      isCurrent = false;
    };
  }, [member, subject]);
  return isBegun;
}

type Blank = Pick<Draft, "month" | "kind" | "starts_at" | "place" | "agenda" | "agenda_limit_minutes"> & {
  organization: { id: string };
};

/** The branch's day of this month has passed, so nothing is drafted for it; it can still meet, this evening say. */
function blankOf(organization: { id: string }, month: string, branch: Shapes["Organization"] | null): Blank | null {
  if (!branch) return null;
  const starts_at = fromField(`${today()}T19:30`);
  const place = branch.meeting_place ?? "";
  return { organization, month, kind: "regular", starts_at, place, agenda: [], agenda_limit_minutes: null };
}

function Draft({ draft, isLate, members }: { draft: Blank; isLate: boolean; members: number | null }) {
  const { route } = useLocation();
  const own = useDraft<Content>(subjectOf(draft.organization.id, draft.month), contentOf(draft));
  const { startsAt, place, agenda } = own.draft;
  const titles = titlesOf(draft.agenda);
  const setAgenda = (changed: Topic[]) => own.set({ agenda: changed });
  const [keys] = useState(() => new Keys());
  const minutes = agenda.reduce((sum, item) => sum + item.minutes, 0);
  const limit = draft.agenda_limit_minutes ?? 90;

  async function register() {
    if (!fromField(startsAt)) throw new Said(vi.wrongMoment);
    if (!place.trim()) throw new Said(vi.register.noPlace);
    if (agenda.every((item) => !item.title.trim())) throw new Said(vi.register.noTopic);
    const body = {
      organization_id: draft.organization.id,
      kind: draft.kind,
      month: draft.month,
      starts_at: fromField(startsAt),
      place,
      publish: true,
      agenda: agenda
        .filter((item) => item.title.trim())
        .map((item) => ({
          title: item.title.trim(),
          minutes: item.minutes,
          document_ids: item.documents.map((document) => document.id),
          ...(item.source
            ? { source: { type: item.source.type, ...(item.source.id ? { id: item.source.id } : {}) } }
            : {}),
        })),
    };
    await keys.send("POST", "/v1/meetings", body);
    await own.clear();
    route("/app/chi-bo", true);
  }
  const change = (index: number, changed: Partial<Topic>) =>
    setAgenda(agenda.map((item, i) => (i === index ? { ...item, ...changed } : item)));

  return (
    <Form submit={vi.register.submit(members)} onSubmit={register}>
      {own.isBegun ? (
        <>
          <Status kind="info">{vi.register.begun}</Status>
          <Sure label={vi.register.anew} question={vi.register.anewSure} yes={vi.register.anew} onYes={own.clear} />
        </>
      ) : (
        <p class="large">
          {isLate ? vi.register.late : draft.agenda.length > 0 ? vi.register.prepared : vi.register.notPrepared}
        </p>
      )}
      <Field
        label={vi.register.when}
        type="datetime-local"
        value={startsAt}
        onValue={(value) => own.set({ startsAt: value })}
        hint={momentOf(startsAt)}
      />
      <Field label={vi.meeting.place} value={place} onValue={(value) => own.set({ place: value })} maxLength={200} />
      <h2>{vi.meeting.agenda}</h2>
      <Status kind={minutes > limit ? "waiting" : "info"} isLive>
        {minutes > limit ? vi.register.tooLong(minutes, limit) : vi.register.length(minutes, limit)}
      </Status>
      {agenda.map((item, i) => (
        <div class="card" key={i}>
          <Field
            label={vi.register.topic(i + 1)}
            value={item.title}
            onValue={(title) => change(i, { title })}
            maxLength={200}
          />
          <Field
            label={vi.register.minutes}
            type="number"
            inputMode="numeric"
            value={String(item.minutes)}
            onValue={(value) => change(i, { minutes: Math.max(0, Number.parseInt(value, 10) || 0) })}
          />
          {item.source && <p class="hint">{vi.register.sources[item.source.type]}</p>}
          {item.documents.map((document) => (
            <p class="hint" key={document.id}>
              {titles.get(document.id) ?? vi.meeting.documents(1)}
            </p>
          ))}
          <Button kind="quiet" onPress={() => setAgenda(agenda.filter((_, at) => at !== i))}>
            {vi.register.remove}
          </Button>
        </div>
      ))}
      <Button onPress={() => setAgenda([...agenda, EMPTY])}>{vi.register.add}</Button>
    </Form>
  );
}

/** Without templates and tasks there is nothing to draft from: then there is a topic to begin with. */
function contentOf(draft: Blank): Content {
  const agenda = draft.agenda.length > 0 ? topicsOf(draft.agenda) : [EMPTY];
  return { startsAt: toField(draft.starts_at), place: draft.place, agenda };
}

const EMPTY: Topic = { id: null, title: "", minutes: 15, documents: [], source: null, outcome: null };
