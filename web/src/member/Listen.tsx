import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { heardTo, keepHeard } from "../sync/heard";
import { Button } from "../ui/Button";
import { Choice } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { Status } from "../ui/Status";
import type { Clause } from "./clauses";
import { sentencesOf } from "./sentences";
import { type Rate, useVoice } from "./useVoice";

const RATE_CHOICES = (["slow", "usual", "fast"] as const).map((value) => ({ value, label: vi.listen.speeds[value] }));

/** A line of the text is a paragraph here too. */
function linesOf(text: string): string[][] {
  return text
    .split("\n")
    .map(sentencesOf)
    .filter((sentences) => sentences.length > 0);
}

interface Props {
  id: string;
  clauses: readonly Clause[];
  /** The clause that is meant, as by an address that led here. */
  marked?: string;
  /** What is said of a clause before its text, and what can be done with it behind. */
  above?: (clause: Clause) => ComponentChildren;
  below?: (clause: Clause) => ComponentChildren;
}

/** A text to read, and to have read: the sentence that is spoken is marked, and it goes on where he stopped. */
export function Listen({ id, clauses, marked, above, below }: Props) {
  const parts = useMemo(() => clauses.map((clause) => ({ ...clause, lines: linesOf(clause.text) })), [clauses]);
  const all = useMemo(
    () => parts.flatMap((part) => [...(part.title ? [part.title] : []), ...part.lines.flat()]),
    [parts],
  );
  const { at, hasVoice, play, stop } = useVoice(all, (place) => keepHeard(id, place));
  const [rate, setRate] = useState<Rate>("usual");
  const spoken = useRef<HTMLElement>(null);
  useEffect(() => {
    spoken.current?.scrollIntoView({ block: "center" });
  }, [at]);

  let index = -1;
  const mark = (text: string) => {
    index++;
    return index === at ? (
      <mark class="reading" ref={spoken}>
        {text}{" "}
      </mark>
    ) : (
      <span>{text} </span>
    );
  };
  return (
    <>
      <div class="stack">
        {hasVoice === false && (
          <Status kind="info" isLive>
            {vi.listen.none} {vi.listen.how}
          </Status>
        )}
        {at < 0 ? (
          <Button onPress={() => play(heardTo(id), rate)}>
            <Icon name="sound" />
            {vi.listen.start}
          </Button>
        ) : (
          <Button onPress={stop}>{vi.listen.stop}</Button>
        )}
        {at >= 0 && (
          <Choice
            legend={vi.listen.speed}
            name="speed"
            value={rate}
            choices={RATE_CHOICES}
            onValue={(value) => {
              setRate(value);
              play(at, value);
            }}
          />
        )}
      </div>
      <article class="stack">
        {parts.map((part, i) => (
          <section
            class={part.id && part.id === marked ? "stack marked" : "stack"}
            key={part.id + i}
            id={part.id || undefined}
          >
            {part.title && <h2>{mark(part.title)}</h2>}
            {above?.(part)}
            {part.lines.map((line, at) => (
              <p key={at}>{line.map(mark)}</p>
            ))}
            {below?.(part)}
          </section>
        ))}
      </article>
    </>
  );
}
