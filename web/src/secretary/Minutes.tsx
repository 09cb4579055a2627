import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { isPassing, Refused, type Meeting, type Shapes } from "../api/client";
import { clock } from "../i18n/format";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { usePathId } from "../ui/address";
import { Button } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { NOTHING_SHOWN } from "../ui/loaded";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { saveFile } from "../ui/saveFile";
import { useCopy } from "../ui/useCopy";
import { useDraft } from "../ui/useDraft";
import { Said, wordsOf } from "../ui/words";
import {
  bodyOf,
  type Conclusion,
  type Content,
  disagrees,
  type Draft,
  EMPTY,
  isToKeep,
  NO_CONCLUSION,
  NONE_SERVED,
  saysTheSame,
  type Served,
  servedOf,
} from "./minutes";

type Kept = Shapes["MeetingMinutes"];

/** What was said and concluded, topic by topic: kept on this phone at each pause, at the server when asked. */
export default function Minutes() {
  const id = usePathId();
  const meeting = useCopy<Meeting>(`/v1/meetings/${id}`);
  return (
    <Screen hasTabs={false} title={vi.minutes.title} of={meeting} back="/app/chi-bo">
      {meeting.data && <Editor key={id} meeting={meeting.data} />}
    </Screen>
  );
}

/** What the server has; null: it has not said yet. `has` is that at once, for what is sent before the next look. */
function useServed(path: string) {
  const [served, setServed] = useState<Served | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const has = useRef<Served | null>(null);

  function hear(next: Served): void {
    has.current = next;
    setServed(next);
  }
  async function read() {
    setWrong(null);
    try {
      hear(servedOf((await askMe<Kept>("GET", path)).body));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) hear(NONE_SERVED);
      else setWrong(wordsOf(error));
    }
  }
  useEffect(() => void read(), [path]);
  return { served, has, hear, wrong, read };
}

/** Runs what is the newest of it every so often, as long as the screen is there. */
function useEvery(ms: number, work: () => Promise<void>): void {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    const timer = setInterval(() => void latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

const KEEP_EVERY_MS = 30_000;

function Editor({ meeting }: { meeting: Meeting }) {
  const { route } = useLocation();
  const path = `/v1/meetings/${meeting.id}/minutes`;
  const { served, has, hear, wrong, read } = useServed(path);
  const { draft, set, clear, isRead, isBegun, isKept } = useDraft<Draft>(`minutes:${meeting.id}`, EMPTY);
  const [isSaved, setSaved] = useState(false);
  const [keptAt, setKeptAt] = useState<number | null>(null);
  const shown: Content = isBegun || !served ? draft : served.content;
  const latest = useRef<{ shown: Content; draft: Draft | null }>({ shown, draft: null });
  latest.current = { shown, draft: isBegun ? draft : null };
  const sending = useRef<Promise<unknown>>(Promise.resolve());
  const refused = useRef<Draft | null>(null);
  const other = isBegun && served && disagrees(draft, served) ? served : null;

  function edit(changed: Partial<Content>) {
    setSaved(false);
    set(isBegun ? changed : { ...shown, base: served?.version ?? null, ...changed });
  }
  const change = (id: string, changed: Partial<Conclusion>) =>
    edit({ conclusions: { ...shown.conclusions, [id]: { ...(shown.conclusions[id] ?? NO_CONCLUSION), ...changed } } });

  async function putNow(content: Content, publish: boolean): Promise<Served> {
    const now = has.current ?? NONE_SERVED;
    if (latest.current.draft && disagrees(latest.current.draft, now)) throw new Said(vi.minutes.choose);
    const topics = meeting.agenda.map((item) => item.id);
    const body = bodyOf(content, now, topics, publish);
    const ifMatch = now.version > 0 ? `"${now.version}"` : undefined;
    try {
      const next = servedOf((await askMe<Kept>("PUT", path, { body, key: newKey(), ifMatch, waitS: 20 })).body);
      hear(next);
      return next;
    } catch (error) {
      if (!(error instanceof Refused) || ![412, 428].includes(error.status)) throw error;
      await read();
      throw new Said(vi.minutes.other);
    }
  }
  /** One after the other: each names the version that it follows. */
  function put(content: Content, publish: boolean): Promise<Served> {
    const mine = sending.current.then(() => putNow(content, publish));
    sending.current = mine.catch(() => undefined);
    return mine;
  }
  /** What he writes now was begun from there. */
  function follow(version: number) {
    if (latest.current.draft) latest.current.draft = { ...latest.current.draft, base: version };
    set({ base: version });
  }
  async function send(publish: boolean) {
    if (other) throw new Said(vi.minutes.choose);
    const sent = shown;
    const next = await put(sent, publish);
    // What he wrote while it was on its way is newer than what arrived.
    if (saysTheSame(latest.current.shown, sent)) await clear();
    else return follow(next.version);
    setSaved(true);
    if (publish) route("/app/chi-bo", true);
  }
  /** A phone may be lost before he has done; what goes wrong is told once he sends it himself. */
  async function keep() {
    const written = latest.current.draft;
    if (!written || !has.current || written === refused.current || !isToKeep(written, has.current)) return;
    try {
      follow((await put(written, false)).version);
      setKeptAt(Date.now());
    } catch (error) {
      if (error instanceof Refused && !isPassing(error.status)) refused.current = written;
    }
  }
  useEvery(KEEP_EVERY_MS, keep);
  async function print() {
    const answer = await askMe<Blob>("GET", `/v1/meetings/${meeting.id}/minutes.pdf`, { as: "file" });
    saveFile(answer.body, vi.minutes.title);
  }

  if (!isRead || (!served && !wrong)) return <State of={{ ...NOTHING_SHOWN, retry: () => void read() }} />;
  const isSafe = [isKept && vi.comment.draftKept, keptAt !== null && vi.minutes.keptAt(clock(keptAt))];
  return (
    <Form submit={vi.minutes.publish} onSubmit={() => send(true)}>
      {wrong && <Status kind="offline">{wrong}</Status>}
      {other && (
        <Other meeting={meeting} content={other.content} onTake={clear} onKeep={() => set({ base: other.version })} />
      )}
      <Field
        label={vi.minutes.text}
        value={shown.text}
        onValue={(text) => edit({ text })}
        hint={isSafe.filter(Boolean).join(". ")}
        isLong
        maxLength={20000}
      />
      {meeting.agenda.map((item, i) => {
        const conclusion = shown.conclusions[item.id] ?? NO_CONCLUSION;
        return (
          <div class="card" key={item.id}>
            <h2>
              {i + 1}. {item.title}
            </h2>
            <Field
              label={vi.minutes.conclusion}
              value={conclusion.text}
              onValue={(text) => change(item.id, { text })}
              isLong
              maxLength={4000}
            />
            <Choice
              legend={vi.minutes.outcome}
              name={`outcome-${item.id}`}
              value={conclusion.outcome}
              onValue={(outcome) => change(item.id, { outcome })}
              choices={OUTCOMES}
            />
          </div>
        );
      })}
      {isSaved && (
        <Status kind="done" isLive>
          {vi.minutes.saved}
        </Status>
      )}
      <Button onPress={() => send(false)}>{vi.minutes.keep}</Button>
      <Button kind="quiet" onPress={print}>
        {vi.minutes.print}
      </Button>
    </Form>
  );
}

interface OtherProps {
  meeting: Meeting;
  content: Content;
  onTake: () => unknown;
  onKeep: () => unknown;
}

/** Two versions: the server's whole, beside the one that is being written; nothing is thrown away unasked. */
function Other({ meeting, content, onTake, onKeep }: OtherProps) {
  return (
    <section class="card">
      <Status kind="waiting" isLive>
        {vi.minutes.other}
      </Status>
      <p class="paper">{content.text}</p>
      {meeting.agenda.map((item) => {
        const conclusion = content.conclusions[item.id];
        return (
          conclusion && (
            <div key={item.id}>
              <p class="strong">{item.title}</p>
              <p class="paper">{conclusion.text}</p>
              <p class="hint">{vi.meeting.outcome[conclusion.outcome]}</p>
            </div>
          )
        );
      })}
      <Button onPress={onKeep}>{vi.minutes.keepMine}</Button>
      <Sure label={vi.minutes.takeOther} question={vi.minutes.takeSure} yes={vi.minutes.takeOther} onYes={onTake} />
    </section>
  );
}

const OUTCOMES = (["done", "carried_over"] as const).map((value) => ({ value, label: vi.meeting.outcome[value] }));
