import { useLocation } from "preact-iso";
import type { Meeting } from "../api/client";
import { clock } from "../i18n/format";
import { vi } from "../i18n/vi";
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
import { type Content, NO_CONCLUSION } from "./minutes";
import { useMinutes } from "./useMinutes";

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

function Editor({ meeting }: { meeting: Meeting }) {
  const { route } = useLocation();
  const minutes = useMinutes(meeting);
  const { shown, other, wrong, isKept, keptAt } = minutes;

  async function publish() {
    if (await minutes.send(true)) route("/app/chi-bo", true);
  }
  async function print() {
    const answer = await askMe<Blob>("GET", `/v1/meetings/${meeting.id}/minutes.pdf`, { as: "file" });
    saveFile(answer.body, vi.minutes.title);
  }

  if (!minutes.isReady) return <State of={{ ...NOTHING_SHOWN, retry: () => void minutes.read() }} />;
  const isSafe = [isKept && vi.comment.draftKept, keptAt !== null && vi.minutes.keptAt(clock(keptAt))];
  return (
    <Form submit={vi.minutes.publish} onSubmit={publish}>
      {wrong && <Status kind="offline">{wrong}</Status>}
      {other && (
        <Other meeting={meeting} content={other.content} onTake={minutes.takeOther} onKeep={minutes.keepMine} />
      )}
      <Field
        label={vi.minutes.text}
        value={shown.text}
        onValue={(text) => minutes.edit({ text })}
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
              onValue={(text) => minutes.change(item.id, { text })}
              isLong
              maxLength={4000}
            />
            <Choice
              legend={vi.minutes.outcome}
              name={`outcome-${item.id}`}
              value={conclusion.outcome}
              onValue={(outcome) => minutes.change(item.id, { outcome })}
              choices={OUTCOMES}
            />
          </div>
        );
      })}
      {minutes.isSaved && (
        <Status kind="done" isLive>
          {vi.minutes.saved}
        </Status>
      )}
      <Button onPress={() => minutes.send(false)}>{vi.minutes.keep}</Button>
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
