import type { Shapes } from "../api/client";
import { day, moment } from "../i18n/format";
import { vi } from "../i18n/vi";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { useCopy } from "../ui/useCopy";
import { DocumentRow } from "./DocumentRow";

export default function CatchUp() {
  const missed = useCopy<Shapes["CatchUp"]>("/v1/me/catch-up");
  const data = missed.data;
  const isNothing =
    data && data.meetings.length + data.documents.length + data.answers.length + data.resolutions.length === 0;
  return (
    <Screen title={vi.catchUp.title} of={missed} back="/app/">
      {data && <p>{vi.catchUp.since(day(data.since))}</p>}
      {isNothing && <p>{vi.catchUp.none}</p>}
      {data && data.meetings.length > 0 && (
        <section class="stack">
          <h2>{vi.catchUp.meetings}</h2>
          <Rows>
            {data.meetings.map((meeting) => (
              <Row key={meeting.id} href={`/app/hop/${meeting.id}`} title={moment(meeting.starts_at)}>
                <span>{vi.kinds[meeting.kind]}</span>
              </Row>
            ))}
          </Rows>
        </section>
      )}
      {data && data.resolutions.length > 0 && <Papers title={vi.catchUp.resolutions} items={data.resolutions} />}
      {data && data.documents.length > 0 && <Papers title={vi.catchUp.documents} items={data.documents} />}
      {data && data.answers.length > 0 && (
        <section class="stack">
          <h2>{vi.catchUp.answers}</h2>
          <Rows>
            {data.answers.map((comment) => (
              <Row key={comment.id} title={<span class="strong">{comment.text}</span>}>
                <span class="hint">{vi.meeting.answer(comment.answer?.author.full_name ?? "")}</span>
                <span>{comment.answer?.text}</span>
              </Row>
            ))}
          </Rows>
        </section>
      )}
    </Screen>
  );
}

function Papers({ title, items }: { title: string; items: Shapes["Document"][] }) {
  return (
    <section class="stack">
      <h2>{title}</h2>
      <Rows>
        {items.map((document) => (
          <DocumentRow key={document.id} document={document} />
        ))}
      </Rows>
    </section>
  );
}
