import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { Document, Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { Screen, State } from "../ui/Screen";
import { useList } from "../ui/useList";
import { DocumentRow } from "./DocumentRow";

export default function Search() {
  const { query, route } = useLocation();
  const asked = query.q ?? "";
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked), [asked]);
  const list = useList<Document>(asked ? `/v1/documents?q=${encodeURIComponent(asked)}` : "/v1/documents");

  async function find() {
    const words = typed.trim();
    route(words ? pathOf(words) : "/app/van-ban");
  }
  return (
    <Screen title={vi.papers.title}>
      <Form isByEnter submit={vi.papers.find} onSubmit={find}>
        <Field label={vi.papers.search} value={typed} onValue={setTyped} type="search" inputMode="search" />
      </Form>
      <State of={list} />
      {list.data?.items.length === 0 && <p>{asked ? vi.papers.noneFound : vi.papers.none}</p>}
      <Rows>
        {list.items.map((document) => (
          <DocumentRow key={document.id} document={document} />
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
      {asked && <Passages asked={asked} />}
    </Screen>
  );
}

function pathOf(words: string): string {
  return `/app/van-ban?q=${encodeURIComponent(words)}`;
}

type Passage = Shapes["Passage"];

/** Where the words stand inside papers: the clause to quote, and a tap to it. Nowhere: what may have been meant. */
function Passages({ asked }: { asked: string }) {
  const found = useList<Passage>(`/v1/search?q=${encodeURIComponent(asked)}`);
  const first: Partial<Shapes["PassagesFound"]> = found.data ?? {};
  if (found.items.length === 0) return <Suggested questions={first.suggestions ?? []} />;
  return (
    <section class="stack">
      <h2>{vi.papers.inside}</h2>
      <Rows>
        {found.items.map((passage) => (
          <Row key={passage.url} href={passage.url} title={passage.citation}>
            <span>
              <Marked passage={passage} />
            </span>
          </Row>
        ))}
      </Rows>
      {found.hasMore && <Button onPress={found.more}>{vi.more}</Button>}
    </section>
  );
}

function Suggested({ questions }: { questions: readonly string[] }) {
  if (questions.length === 0) return null;
  return (
    <section class="stack">
      <h2>{vi.papers.suggested}</h2>
      <Rows>
        {questions.map((question) => (
          <Row key={question} href={pathOf(question)} title={question} />
        ))}
      </Rows>
    </section>
  );
}

/** What was looked for is marked where it stands; the places count UTF-16 units, as strings here do. */
function Marked({ passage: { text, highlight } }: { passage: Passage }) {
  const parts = [];
  let at = 0;
  for (const { start, end } of highlight) {
    parts.push(text.slice(at, start), <mark class="reading">{text.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
}
