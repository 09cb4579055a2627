import { useState } from "preact/hooks";
import type { Document, Shapes } from "../api/client";
import { date } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { Button } from "../ui/Button";
import { Choice, Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Question } from "../ui/Sure";
import { NOT_KEPT } from "../ui/useCopy";
import { useDraftOf } from "../ui/useDraft";
import { useList } from "../ui/useList";
import { useRested } from "../ui/useRested";
import { bodyOf, clauseLine, EMPTY, type Pair, type Replacing } from "./replacing";

interface Props {
  document: Document;
  onDone: () => void;
}

/** Another paper takes its place, or the place of some clauses: readers of the old one are led to the new. */
export function Replace({ document, onDone }: Props) {
  const { draft, set, clear } = useDraftOf<Replacing>("replace", document, EMPTY);
  const [isAsked, setAsked] = useState(false);
  const [keys] = useState(() => new Keys());
  const words = office.keep;
  const { by } = draft;

  async function replace() {
    await keys.send("POST", `/v1/documents/${document.id}/replace`, bodyOf(draft));
    await clear();
    onDone();
  }
  /** A paper as a whole is given up by a second tap only. */
  async function submit() {
    if (draft.what === "whole") setAsked(true);
    else await replace();
  }
  if (!by) return <Pick document={document} onPicked={(by) => set({ by })} />;
  if (isAsked)
    return (
      <Question
        question={words.replaceSure(document.title, by.title)}
        yes={words.replaceYes}
        onYes={replace}
        onNo={() => setAsked(false)}
      />
    );
  return (
    <Form submit={draft.what === "whole" ? words.replaceYes : words.replaceClauses} onSubmit={submit}>
      <div class="card">
        <p>{words.successor}</p>
        <p class="strong">{by.title}</p>
        <Button kind="quiet" onPress={() => set({ by: null, pairs: EMPTY.pairs })}>
          {office.pick.another}
        </Button>
      </div>
      <Choice
        legend={words.what}
        name="what"
        value={draft.what}
        onValue={(what) => set({ what })}
        choices={(["whole", "clauses"] as const).map((value) => ({ value, label: words.whats[value] }))}
      />
      {draft.what === "whole" ? (
        <Status kind="info">{words.wholeHow}</Status>
      ) : (
        <Pairs old={document.id} by={by.id} pairs={draft.pairs} onPairs={(pairs) => set({ pairs })} />
      )}
    </Form>
  );
}

/** A restricted paper takes the place of restricted ones alone. */
function isFit(document: Document, { id, state, classification }: Document): boolean {
  if (state !== "published" || id === document.id) return false;
  return classification !== "restricted" || document.classification === "restricted";
}

/** Of the same issuer, and in force. */
function Pick({ document, onPicked }: { document: Document; onPicked: (by: Replacing["by"]) => void }) {
  const [typed, setTyped] = useState("");
  const asked = useRested(typed);
  const q = asked ? `&q=${encodeURIComponent(asked)}` : "";
  const path = `/v1/documents?organization_id=${document.organization.id}&in_force=true&limit=10${q}`;
  const list = useList<Document>(path, NOT_KEPT);
  const fit = list.items.filter((other) => isFit(document, other));
  const words = office.keep;
  return (
    <fieldset class="choices">
      <legend class="legend">{words.pick}</legend>
      <Field label={words.pickFind} type="search" value={typed} onValue={setTyped} />
      <State of={list} />
      {list.data && fit.length === 0 && !list.hasMore && <p>{words.pickNone}</p>}
      <Rows>
        {fit.map(({ id, title, number, kind, issued_on }) => (
          <Row key={id} title={<span class="strong">{title}</span>}>
            <span>
              {vi.papers.kinds[kind]}
              {number && ` ${number}`}
              {issued_on && ` · ${vi.papers.issued(date(issued_on))}`}
            </span>
            <span class="line">
              <Button onPress={() => onPicked({ id, title })}>
                {office.pick.take}
                <span class="only-read"> {title}</span>
              </Button>
            </span>
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </fieldset>
  );
}

type Passages = ReturnType<typeof useList<Shapes["Passage"]>>;

function choicesOf(list: Passages, none: string) {
  return [
    { value: "", label: none },
    ...list.items.map((passage) => ({ value: passage.address, label: clauseLine(passage) })),
  ];
}

interface PairsProps {
  old: string;
  by: string;
  pairs: Pair[];
  onPairs: (pairs: Pair[]) => void;
}

/** Which clause gives way to which. */
function Pairs({ old, by, pairs, onPairs }: PairsProps) {
  const mine = useList<Shapes["Passage"]>(`/v1/documents/${old}/passages?limit=500`, NOT_KEPT);
  const theirs = useList<Shapes["Passage"]>(`/v1/documents/${by}/passages?limit=500`, NOT_KEPT);
  const words = office.keep;
  const more = () => Promise.all([mine.more(), theirs.more()]);
  const change = (at: number, to: Partial<Pair>) =>
    onPairs(pairs.map((pair, i) => (i === at ? { ...pair, ...to } : pair)));
  return (
    <>
      <Status kind="info">{words.clausesHow}</Status>
      <State of={mine} />
      <State of={theirs} />
      {mine.data && mine.items.length === 0 && <p>{words.noClauses}</p>}
      {pairs.map((pair, i) => (
        <div class="card" key={i}>
          <Select
            label={words.clauseOld(i + 1)}
            value={pair.address}
            onValue={(address) => change(i, { address })}
            choices={choicesOf(mine, words.notChosen)}
          />
          <Select
            label={words.clauseNew(i + 1)}
            value={pair.by}
            onValue={(by) => change(i, { by })}
            choices={choicesOf(theirs, words.wholePaper)}
          />
          {pairs.length > 1 && (
            <Button kind="quiet" onPress={() => onPairs(pairs.filter((_, at) => at !== i))}>
              {words.removePair(i + 1)}
            </Button>
          )}
        </div>
      ))}
      {(mine.hasMore || theirs.hasMore) && <Button onPress={more}>{vi.more}</Button>}
      <Button onPress={() => onPairs([...pairs, { address: "", by: "" }])}>{words.addPair}</Button>
    </>
  );
}
