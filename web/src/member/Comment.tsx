import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { flush, save } from "../sync/outbox";
import { me } from "../sync/session";
import { usePathId } from "../ui/address";
import { Button, ButtonLink } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { useDraft } from "../ui/useDraft";
import { Said } from "../ui/words";
import { Sent } from "./Sent";
import { usePack } from "./usePack";

interface Draft {
  text: string;
  item: string;
  to: "branch" | "secretary";
}
const EMPTY: Draft = { text: "", item: "", to: "branch" };

export default function Comment() {
  const id = usePathId();
  const { query } = useLocation();
  const pack = usePack(id);
  const { draft, set, isKept, clear } = useDraft<Draft>(`comment:${id}`, { ...EMPTY, item: query.muc ?? "" });
  const [sent, setSent] = useState<string | null>(null);

  async function send() {
    const text = draft.text.trim();
    const member = me.value?.member_id;
    if (!text || !member) throw new Said(vi.comment.empty);
    const about = pack.data?.meeting.agenda.find((item) => item.id === draft.item);
    const body = { text, visibility: draft.to, ...(about ? { agenda_item_id: about.id } : {}) };
    const title = about?.title ?? vi.comment.whole;
    const writing = {
      method: "POST",
      path: `/v1/meetings/${id}/comments`,
      body,
      subject: `meeting:${id}`,
      text,
      title,
    };
    const row = await save(member, writing).catch(() => {
      throw new Said(vi.notStored);
    });
    await clear();
    setSent(row.key);
    void flush(member);
  }

  if (sent)
    return (
      <Screen
        hasTabs={false}
        title={vi.comment.title}
        back={`/app/hop/${id}`}
        primary={
          <ButtonLink kind="primary" href={`/app/hop/${id}`}>
            {vi.comment.toMeeting}
          </ButtonLink>
        }
      >
        <Sent key={sent} row={sent} />
        <Button onPress={() => setSent(null)}>{vi.comment.another}</Button>
      </Screen>
    );
  return (
    <Screen hasTabs={false} title={vi.comment.title} of={pack} back={`/app/hop/${id}`}>
      {pack.data && (
        <Form submit={vi.comment.send} onSubmit={send}>
          <div class="field">
            <label for="about">{vi.comment.about}</label>
            <select id="about" value={draft.item} onChange={(event) => set({ item: event.currentTarget.value })}>
              <option value="">{vi.comment.whole}</option>
              {pack.data.meeting.agenda.map((item) => (
                <option key={item.id} value={item.id}>
                  {item.title}
                </option>
              ))}
            </select>
          </div>
          <Field
            label={vi.comment.text}
            value={draft.text}
            onValue={(text) => set({ text })}
            isLong
            maxLength={4000}
            hint={isKept ? vi.comment.draftKept : undefined}
          />
          <Choice
            legend={vi.comment.to}
            name="to"
            value={draft.to}
            onValue={(to) => set({ to })}
            choices={[
              { value: "branch", label: vi.comment.branch },
              { value: "secretary", label: vi.comment.secretary },
            ]}
          />
        </Form>
      )}
    </Screen>
  );
}
