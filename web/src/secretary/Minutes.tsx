import { useLocation, useRoute } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused, type Meeting, type Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { saveFile } from "../ui/saveFile";
import { useCopy } from "../ui/useCopy";
import { useDraft } from "../member/useDraft";

type Kept = Shapes["MeetingMinutes"];
interface Draft {
  text: string;
  conclusions: Record<string, { text: string; outcome: "done" | "carried_over" }>;
}

/** What was said and concluded, topic by topic: kept on this phone at each pause, at the server when asked. */
export default function Minutes() {
  const id = useRoute().params.id ?? "";
  const meeting = useCopy<Meeting>(`/v1/meetings/${id}`);
  return (
    <Screen hasTabs={false} title={vi.minutes.title} of={meeting} back="/app/chi-bo">
      {meeting.data && <Editor meeting={meeting.data} />}
    </Screen>
  );
}

function Editor({ meeting }: { meeting: Meeting }) {
  const { route } = useLocation();
  const path = `/v1/meetings/${meeting.id}/minutes`;
  const etag = useRef<string | null>(null);
  const [isSaved, setSaved] = useState(false);
  const { draft, set, clear } = useDraft<Draft>(`minutes:${meeting.id}`, { text: "", conclusions: {} });

  useEffect(() => {
    void askMe<Kept>("GET", path)
      .then((answer) => {
        etag.current = answer.etag;
        // What is written here is newer than what the server has.
        if (draft.text || Object.keys(draft.conclusions).length > 0) return;
        const conclusions = Object.fromEntries(
          answer.body.conclusions.map((each) => [
            each.agenda_item_id,
            { text: each.text, outcome: each.outcome ?? "done" },
          ]),
        );
        set({ text: answer.body.text, conclusions });
      })
      .catch((error: unknown) => {
        if (!(error instanceof Refused) || error.status !== 404) throw error;
      });
  }, [path]);

  async function send(publish: boolean) {
    const conclusions = meeting.agenda
      .map((item) => ({ agenda_item_id: item.id, ...(draft.conclusions[item.id] ?? NOTHING) }))
      .filter((each) => each.text.trim());
    const body = { text: draft.text.trim(), conclusions, guests: [], publish };
    const answer = await askMe<Kept>("PUT", path, {
      body,
      key: newKey(),
      ifMatch: etag.current ?? undefined,
      waitS: 20,
    });
    etag.current = answer.etag;
    if (!publish) return setSaved(true);
    await clear();
    route("/app/chi-bo", true);
  }
  async function print() {
    saveFile((await askMe<Blob>("GET", `/v1/meetings/${meeting.id}/minutes.pdf`)).body, vi.minutes.title);
  }
  const change = (id: string, changed: Partial<Draft["conclusions"][string]>) =>
    set({ conclusions: { ...draft.conclusions, [id]: { ...(draft.conclusions[id] ?? NOTHING), ...changed } } });

  return (
    <Form submit={vi.minutes.publish} onSubmit={() => send(true)}>
      <Field label={vi.minutes.text} value={draft.text} onValue={(text) => set({ text })} isLong maxLength={20000} />
      {meeting.agenda.map((item, i) => {
        const conclusion = draft.conclusions[item.id] ?? NOTHING;
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

const NOTHING = { text: "", outcome: "done" as const };
const OUTCOMES = (["done", "carried_over"] as const).map((value) => ({ value, label: vi.meeting.outcome[value] }));
