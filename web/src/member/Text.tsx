import { useEffect, useMemo, useState } from "preact/hooks";
import { paper as words } from "../i18n/paper";
import { vi } from "../i18n/vi";
import { Button } from "../ui/Button";
import { Status } from "../ui/Status";
import type { Keeping } from "../ui/useCopy";
import { Cited, Successor } from "./Cited";
import { type Clause, partsAbove, replacedHeads } from "./clauses";
import { Listen } from "./Listen";
import type { Content } from "./useContent";

interface Props {
  id: string;
  content: Content;
  source?: Keeping;
}

/** A paper's text by its clauses: each has an address that stays, can be quoted, and says what took its place. */
export function Text({ id, content: { clauses, passages, isWhole }, source }: Props) {
  const [isCiting, setCiting] = useState(false);
  // What can be read can be quoted.
  useBrought(isCiting && isWhole && passages.hasMore, passages);
  const { marked, mark } = useAddress(clauses, passages);
  const replaced = useMemo(() => replacedHeads(passages.items), [passages.items.length, passages.data]);
  if (clauses.length === 0) return null;

  const above = ({ passage }: Clause) =>
    passage?.replaced_by && replaced.has(passage.address) && <Successor by={passage.replaced_by} source={source} />;
  const below = ({ passage }: Clause) => {
    if (passage && passage.address === marked) return <Cited passage={passage} />;
    if (!passage || !isCiting) return null;
    return (
      <Button kind="quiet" onPress={() => mark(passage.address)}>
        {words.citeThis}
        <span class="only-read"> {passage.label}</span>
      </Button>
    );
  };
  return (
    <>
      {clauses.some(({ passage }) => passage) && (
        <>
          <Button kind="quiet" onPress={() => setCiting(!isCiting)}>
            {isCiting ? words.citeEnd : words.cite}
          </Button>
          {isCiting && (
            <Status kind="info" isLive>
              {words.citeHow}
            </Status>
          )}
        </>
      )}
      <Listen id={id} clauses={clauses} marked={marked} above={above} below={below} />
      {!isWhole && <Button onPress={passages.more}>{vi.more}</Button>}
    </>
  );
}

/** Page by page, as long as they are wanted. */
function useBrought(isWanted: boolean, { items, more }: Content["passages"]): void {
  useEffect(() => {
    if (isWanted) void more().catch(() => undefined);
  }, [isWanted, items.length]);
}

/** Nothing in an address needs to be written otherwise. */
function addressHere(): string {
  return location.hash.slice(1);
}

/** "#dieu-4.khoan-2": the clause that is meant, or the nearest around it that the page has. What is further on than the
 * first page of passages is brought. */
function useAddress(clauses: readonly Clause[], passages: Content["passages"]) {
  const [, look] = useState(0);
  useEffect(() => {
    const follow = () => look((n) => n + 1);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const asked = addressHere();
  const has = (address: string) => clauses.some((clause) => clause.id === address);
  const marked = asked ? ([asked, ...partsAbove(asked)].find(has) ?? "") : "";
  const isQuotable = passages.items.some(({ address }) => address === asked);
  useBrought(asked !== "" && !isQuotable && passages.hasMore, passages);
  useEffect(() => {
    if (marked) document.getElementById(marked)?.scrollIntoView();
  }, [marked]);

  function mark(address: string) {
    history.replaceState(history.state, "", `#${address}`);
    look((n) => n + 1);
  }
  return { marked, mark };
}
