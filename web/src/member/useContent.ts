/** What a paper says, as far as it is text: as it was written, and by what can be quoted of it. */
import { useMemo } from "preact/hooks";
import type { Document, Shapes } from "../api/client";
import { type Loaded, type Keeping, useCopy } from "../ui/useCopy";
import { type List, useList } from "../ui/useList";
import { type Clause, clausesOfBoth, clausesOfPassages } from "./clauses";

export interface Content {
  clauses: Clause[];
  passages: List<Shapes["Passage"]>;
  /** All of it is shown, however many of its passages are here. */
  isWhole: boolean;
  /** What is still missing to show anything; null: nothing. */
  waitsFor: Loaded<unknown> | null;
}

export function isText({ media_type }: Document): boolean {
  return media_type.startsWith("text/plain");
}

export function useContent(paper: Document | null, source: Keeping): Content {
  const isThere = paper !== null && paper.state !== "withdrawn";
  const path = `/v1/documents/${paper?.id}`;
  const hasText = isThere && isText(paper);
  const isDivided = isThere && paper.extraction === "done";
  const text = useCopy<string>(hasText ? `${path}/content` : null, source, "text");
  const passages = useList<Shapes["Passage"]>(isDivided ? `${path}/passages?limit=500` : null, source);
  const clauses = useMemo(() => {
    if (!isThere) return [];
    return text.data !== null
      ? clausesOfBoth(passages.items, text.data, passages.hasMore)
      : clausesOfPassages(passages.items);
  }, [isThere, text.data, passages.data, passages.items.length, passages.hasMore]);
  const asked: Loaded<unknown> | null = hasText ? text : isDivided ? passages : null;
  const isWhole = text.data !== null || !passages.hasMore;
  return { clauses, passages, isWhole, waitsFor: asked && asked.data === null && clauses.length === 0 ? asked : null };
}
