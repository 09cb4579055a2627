import { useRef, useState } from "preact/hooks";
import { askMe } from "../sync/session";
import { cursorOf, type Page, type Rest, restOf, withPage } from "./pages";
import { type Loaded, type Source, useCopy } from "./useCopy";

export interface List<T> extends Loaded<Page<T>> {
  items: T[];
  hasMore: boolean;
  more: () => Promise<void>;
}

function withCursor(path: string, cursor: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`;
}

/** A list whose first page is kept; what follows is brought when it is asked for. `path` null: nothing yet. */
export function useList<T>(path: string | null, source?: Source<Page<T>>): List<T> {
  const first = useCopy<Page<T>>(path, source);
  const [brought, setBrought] = useState<Rest<T> | null>(null);
  const now = useRef({ path, first: first.data });
  now.current = { path, first: first.data };
  const rest = restOf(brought, path, first.data);
  const cursor = cursorOf(rest, first.data);

  async function more() {
    if (path === null || cursor === null) return;
    const { body } = await askMe<Page<T>>("GET", withCursor(path, cursor));
    if (now.current.path !== path) return;
    setBrought((old) => withPage(old, path, now.current.first, cursor, body));
  }
  return { ...first, items: [...(first.data?.items ?? []), ...(rest?.items ?? [])], hasMore: cursor !== null, more };
}
