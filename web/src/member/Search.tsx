import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { Document, Shapes } from "../api/client";
import { number } from "../i18n/format";
import { paper as words } from "../i18n/paper";
import { vi } from "../i18n/vi";
import { me } from "../sync/session";
import { Button, ButtonLink } from "../ui/Button";
import { Check, Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { NOT_KEPT } from "../ui/useCopy";
import { type List, useList } from "../ui/useList";
import { Said } from "../ui/words";
import { DocumentRow } from "./DocumentRow";
import { type Asked, askedIn, askingFor, excerptOf, isFiltered, KINDS, NOTHING, placeOf } from "./searching";

type Passage = Shapes["Passage"];
const PAPERS = 20;
/** Beside passages, which are what was looked for. */
const TITLES = 5;

export default function Search() {
  const { query } = useLocation();
  const asked = askedIn(query);
  return (
    <Screen title={vi.papers.title}>
      <Asking asked={asked} />
      {asked.q ? <Found asked={asked} /> : <All asked={asked} />}
    </Screen>
  );
}

/** Words, and folded below them where to look. It is the same field all the time, to go on typing in. */
function Asking({ asked }: { asked: Asked }) {
  const { route } = useLocation();
  const [typed, setTyped] = useState(asked);
  const here = placeOf(asked);
  useEffect(() => setTyped(asked), [here]);
  const set = (change: Partial<Asked>) => setTyped((old) => ({ ...old, ...change }));
  const isOn = isFiltered(asked);

  async function find() {
    if (typed.from && typed.to && typed.from > typed.to) throw new Said(words.wrongDays);
    route(placeOf({ ...typed, q: typed.q.trim() }));
  }
  return (
    <Form isByEnter submit={vi.papers.find} onSubmit={find}>
      <Field
        label={words.search}
        hint={words.searchHint}
        value={typed.q}
        onValue={(q) => set({ q })}
        type="search"
        inputMode="search"
        maxLength={200}
      />
      <details>
        <summary>{isOn ? words.filtered : words.filter}</summary>
        <div class="stack">
          <Select
            label={words.kind}
            value={typed.kind}
            onValue={(kind) => set({ kind })}
            choices={[
              { value: "", label: words.every },
              ...KINDS.map((value) => ({ value, label: vi.papers.kinds[value] })),
            ]}
          />
          <Select
            label={words.organization}
            value={typed.organization}
            onValue={(organization) => set({ organization })}
            choices={[{ value: "", label: words.every }, ...issuersOf(typed.organization)]}
          />
          <Field label={words.from} type="date" value={typed.from} onValue={(from) => set({ from })} />
          <Field label={words.to} type="date" value={typed.to} onValue={(to) => set({ to })} />
          <Check label={words.inForce} value={typed.isInForce} onValue={(isInForce) => set({ isInForce })} />
        </div>
      </details>
      {isOn && <ButtonLink href={placeOf({ ...NOTHING, q: asked.q })}>{words.noFilter}</ButtonLink>}
    </Form>
  );
}

/** From his branch up to the city: whose papers reach him. */
function issuersOf(chosen: string): { value: string; label: string }[] {
  const above = me.value?.member.organizations ?? [];
  const known = [...above].reverse().map(({ id, name }) => ({ value: id, label: name }));
  if (chosen && !known.some(({ value }) => value === chosen)) known.push({ value: chosen, label: words.elsewhere });
  return known;
}

/** Nothing was looked for: whatever reaches him, the newest first. */
function All({ asked }: { asked: Asked }) {
  const list = useList<Document>(askingFor("/v1/documents", asked, PAPERS));
  return (
    <>
      <State of={list} />
      {list.data?.items.length === 0 && <p>{isFiltered(asked) ? words.noneFiltered : vi.papers.none}</p>}
      <Papers list={list} />
    </>
  );
}

function Papers({ list }: { list: List<Document> }) {
  return (
    <>
      <Rows>
        {list.items.map((document) => (
          <DocumentRow key={document.id} document={document} />
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </>
  );
}

/** Papers that are called so, and the places inside papers that say so. What was looked for is kept on no phone. */
function Found({ asked }: { asked: Asked }) {
  const papers = useList<Document>(askingFor("/v1/documents", asked, TITLES), NOT_KEPT);
  const passages = useList<Passage>(askingFor("/v1/search", asked, PAPERS), NOT_KEPT);
  const first: Partial<Shapes["PassagesFound"]> = passages.data ?? {};
  const isNothing = papers.data && passages.data && papers.items.length + passages.items.length === 0;
  return (
    <>
      <State of={papers} />
      {papers.items.length > 0 && (
        <section class="stack">
          <h2>{words.byTitle}</h2>
          <Papers list={papers} />
        </section>
      )}
      {papers.phase !== passages.phase && <State of={passages} />}
      {passages.items.length > 0 && <Passages list={passages} total={first.total ?? 0} />}
      {isNothing && (
        <Status kind="info" isLive>
          {isFiltered(asked) ? words.noneFiltered : vi.papers.noneFound}
        </Status>
      )}
      {passages.items.length === 0 && <Suggested questions={first.suggestions ?? []} />}
    </>
  );
}

/** The server counts no further. */
const COUNTED_MOST = 1000;

/** Where the words stand inside papers: the clause to quote, and a tap to it. */
function Passages({ list, total }: { list: List<Passage>; total: number }) {
  const count = total > COUNTED_MOST ? words.overMost(number(COUNTED_MOST)) : words.passages(number(total));
  return (
    <section class="stack">
      <h2>{vi.papers.inside}</h2>
      <p class="hint">{count}</p>
      <Rows>
        {list.items.map((passage) => (
          <Row key={passage.url} href={passage.url} title={words.cited(passage.citation, passage.page)}>
            <span>
              {excerptOf(passage.text, passage.highlight).map(({ text, isFound }, i) =>
                isFound ? (
                  <mark class="reading" key={i}>
                    {text}
                  </mark>
                ) : (
                  text
                ),
              )}
            </span>
            {passage.replaced_by && <Status kind="waiting">{words.clauseReplaced}</Status>}
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </section>
  );
}

/** Nowhere: what may have been meant. */
function Suggested({ questions }: { questions: readonly string[] }) {
  if (questions.length === 0) return null;
  return (
    <section class="stack">
      <h2>{vi.papers.suggested}</h2>
      <Rows>
        {questions.map((q) => (
          <Row key={q} href={placeOf({ ...NOTHING, q })} title={q} />
        ))}
      </Rows>
    </section>
  );
}
