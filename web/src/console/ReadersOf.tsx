import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { moment, number, percent, since } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Button } from "../ui/Button";
import { Choice } from "../ui/Field";
import { Row, Rows } from "../ui/Row";
import { State } from "../ui/Screen";
import { NOT_KEPT, useCopy } from "../ui/useCopy";
import { useList } from "../ui/useList";

type Readers = Shapes["Readers"];
type Which = "unread" | "read";

/** How many of those who may read it have; by name where whoever asks may know the names. */
export function ReadersOf({ document }: { document: string }) {
  const path = `/v1/documents/${document}/readers`;
  const count = useCopy<Readers>(`${path}?limit=1`, NOT_KEPT);
  const words = office.publish;
  return (
    <section class="stack">
      <h2>{words.readers}</h2>
      <State of={count} />
      {count.data && (
        <>
          <p class="large strong">
            {words.readCount(
              number(count.data.read),
              number(count.data.audience),
              percent(count.data.read, count.data.audience),
            )}
          </p>
          <p class="hint">{vi.stale(since(Date.parse(count.data.as_of), Date.now()))}</p>
          {count.data.names_visible ? <Names path={path} /> : <p>{words.noNames}</p>}
        </>
      )}
    </section>
  );
}

function Names({ path }: { path: string }) {
  const [which, setWhich] = useState<Which>("unread");
  // Whose names and phones they are is no phone's to keep.
  const list = useList<Shapes["Reader"]>(`${path}?read=${which === "read"}&limit=50`, NOT_KEPT);
  const words = office.publish;
  return (
    <>
      <Choice
        legend={words.readers}
        name="readers"
        value={which}
        onValue={setWhich}
        choices={(["unread", "read"] as const).map((value) => ({ value, label: words.whichReaders[value] }))}
      />
      <State of={list} />
      {list.data && list.items.length === 0 && <p>{words.nobody}</p>}
      <Rows>
        {list.items.map((reader) => (
          <Row key={reader.member.id} title={<span class="strong">{reader.member.full_name}</span>}>
            {reader.read_at && <span class="hint">{moment(reader.read_at)}</span>}
            {!reader.read_at && reader.phone && <a href={`tel:${reader.phone}`}>{reader.phone}</a>}
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </>
  );
}
