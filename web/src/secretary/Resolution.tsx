import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { type Document, type Meeting, Refused } from "../api/client";
import { day, daysTo } from "../i18n/format";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { askMe } from "../sync/session";
import { usePathId } from "../ui/address";
import { ContentFields, contentOf } from "../ui/Content";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useCopy } from "../ui/useCopy";
import { useDraft } from "../ui/useDraft";

/** A file, or text; then it is issued and settles the meeting. A repeat after a broken connection goes on where it
 * stopped. */
export default function Resolution() {
  const id = usePathId();
  const meeting = useCopy<Meeting>(`/v1/meetings/${id}`);
  return (
    <Screen hasTabs={false} title={vi.resolution.title} of={meeting} back="/app/chi-bo">
      {meeting.data && <Issue meeting={meeting.data} />}
    </Screen>
  );
}

interface Written {
  title: string;
  number: string;
  from: "file" | "text";
  text: string;
  /** The paper that it became at the server, by what was said of it: it is made once, however often he comes back. */
  made: { said: string; id: string } | null;
}

function blankOf(meeting: Meeting): Written {
  const title = vi.resolution.usual(meeting.month.split("-").reverse().join("/"));
  return { title, number: "", from: "file", text: "", made: null };
}

/** null: it was thrown away meanwhile. */
async function existing(id: string): Promise<Document | null> {
  try {
    return (await askMe<Document>("GET", `/v1/documents/${id}`)).body;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

function Issue({ meeting }: { meeting: Meeting }) {
  const { route } = useLocation();
  const { draft, set, clear, isKept } = useDraft(`resolution:${meeting.id}`, blankOf(meeting));
  const { title, number, from, text } = draft;
  const [file, setFile] = useState<File | null>(null);
  const [keys] = useState(() => new Keys("steps"));

  async function paperOf(body: object): Promise<Document> {
    const said = JSON.stringify(body);
    const known = draft.made?.said === said ? await existing(draft.made.id) : null;
    if (known) return known;
    const made = (await keys.send<Document>("POST", "/v1/documents", body)).body;
    set({ made: { said, id: made.id } });
    return made;
  }
  async function issue() {
    const organization_id = meeting.organization.id;
    const body = {
      kind: "resolution",
      title: title.trim(),
      organization_id,
      classification: "internal",
      ...(await contentOf({ from, text }, file)),
      audience: { organization_ids: [organization_id] },
      ...(number.trim() ? { number: number.trim() } : {}),
    };
    const { id, state } = await paperOf(body);
    if (state === "draft") await keys.send("POST", `/v1/documents/${id}/publish`, { notify: "inbox" });
    await keys.send("PUT", `/v1/meetings/${meeting.id}/resolution`, { document_id: id });
    await clear();
    route("/app/chi-bo", true);
  }
  const due = meeting.resolution;
  return (
    <Form submit={vi.resolution.issue} onSubmit={issue}>
      {due && (
        <Status kind={due.overdue ? "late" : "waiting"}>
          {vi.branch.due(day(due.due_at), daysTo(due.due_at, Date.now()))}
        </Status>
      )}
      <Field label={vi.resolution.name} value={title} onValue={(title) => set({ title })} maxLength={300} />
      <Field label={vi.resolution.number} value={number} onValue={(number) => set({ number })} maxLength={50} />
      <ContentFields
        content={{ from, text }}
        set={set}
        file={file}
        onFile={setFile}
        legend={vi.resolution.from}
        textLabel={vi.resolution.textLabel}
        hint={isKept ? vi.comment.draftKept : undefined}
      />
    </Form>
  );
}
