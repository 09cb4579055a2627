import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused, type Meeting, type Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { usePathId } from "../ui/address";
import { Button } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
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

/** What the server has; null: it has not said yet. */
function useServed(path: string) {
  const [served, setServed] = useState<Served | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  async function read() {
    setWrong(null);
    try {
      setServed(servedOf((await askMe<Kept>("GET", path)).body));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) setServed(NONE_SERVED);
      else setWrong(wordsOf(error));
    }
  }
  useEffect(() => void read(), [path]);
  return { served, setServed, wrong, read };
}

function Editor({ meeting }: { meeting: Meeting }) {
  const { route } = useLocation();
  const path = `/v1/meetings/${meeting.id}/minutes`;
  const { served, setServed, wrong, read } = useServed(path);
  const { draft, set, clear, isRead, isBegun, isKept } = useDraft<Draft>(`minutes:${meeting.id}`, EMPTY);
  const [isSaved, setSaved] = useState(false);
  const shown: Content = isBegun || !served ? draft : served.content;
  const latest = useRef(shown);
  latest.current = shown;
  const other = isBegun && served && disagrees(draft, served) ? served : null;

  function edit(changed: Partial<Content>) {
    setSaved(false);
    set(isBegun ? changed : { ...shown, base: served?.version ?? null, ...changed });
  }
  const change = (id: string, changed: Partial<Conclusion>) =>
    edit({ conclusions: { ...shown.conclusions, [id]: { ...(shown.conclusions[id] ?? NO_CONCLUSION), ...changed } } });

  async function put(publish: boolean): Promise<Served> {
    const topics = meeting.agenda.map((item) => item.id);
    const body = bodyOf(shown, served ?? NONE_SERVED, topics, publish);
    const ifMatch = served && served.version > 0 ? `"${served.version}"` : undefined;
    try {
      return servedOf((await askMe<Kept>("PUT", path, { body, key: newKey(), ifMatch, waitS: 20 })).body);
    } catch (error) {
      if (!(error instanceof Refused) || ![412, 428].includes(error.status)) throw error;
      await read();
      throw new Said(vi.minutes.other);
    }
  }
  async function send(publish: boolean) {
    if (other) throw new Said(vi.minutes.choose);
    const sent = shown;
    const next = await put(publish);
    setServed(next);
    // What he wrote while it was on its way is newer than what arrived.
    if (saysTheSame(latest.current, sent)) await clear();
    else return set({ base: next.version });
    setSaved(true);
    if (publish) route("/app/chi-bo", true);
  }
  async function print() {
    const answer = await askMe<Blob>("GET", `/v1/meetings/${meeting.id}/minutes.pdf`, { as: "file" });
    saveFile(answer.body, vi.minutes.title);
  }

  if (!isRead || (!served && !wrong)) return null;
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
        hint={isKept ? vi.comment.draftKept : undefined}
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
