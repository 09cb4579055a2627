import { useEffect, useState } from "preact/hooks";
import { askMe } from "../sync/session";
import { type Loaded, useCopy } from "./useCopy";

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface List<T> extends Loaded<Page<T>> {
  items: T[];
  hasMore: boolean;
  more: () => Promise<void>;
}

function withCursor(path: string, cursor: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`;
}

/** A list whose first page is kept; what follows is brought when it is asked for. */
export function useList<T>(path: string): List<T> {
  const first = useCopy<Page<T>>(path);
  const [rest, setRest] = useState<Page<T> | null>(null);
  useEffect(() => setRest(null), [first.data]);
  const cursor = rest ? rest.next_cursor : (first.data?.next_cursor ?? null);

  async function more() {
    if (cursor === null) return;
    const { body } = await askMe<Page<T>>("GET", withCursor(path, cursor));
    setRest({ items: [...(rest?.items ?? []), ...body.items], next_cursor: body.next_cursor });
  }
  return { ...first, items: [...(first.data?.items ?? []), ...(rest?.items ?? [])], hasMore: cursor !== null, more };
}
