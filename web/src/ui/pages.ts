/** A list page by page: the first is kept and asked for anew; what was brought behind it stands as long as it
 * follows. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** What follows the first page of a question. */
export interface Rest<T> extends Page<T> {
  path: string;
  /** Where that first page ended. */
  after: string;
}

/** null: it is of another question, or the first page ends elsewhere now, and it would leave a gap or say something
 * twice. */
export function restOf<T>(rest: Rest<T> | null, path: string | null, first: Page<T> | null): Rest<T> | null {
  return rest && rest.path === path && rest.after === first?.next_cursor ? rest : null;
}

/** Where the next page begins; null: there is none. */
export function cursorOf<T>(rest: Rest<T> | null, first: Page<T> | null): string | null {
  return rest ? rest.next_cursor : (first?.next_cursor ?? null);
}

/** With one page more, which was asked for from `cursor` on. An answer that comes when it continues nothing that stands
 * here is none. */
export function withPage<T>(
  rest: Rest<T> | null,
  path: string,
  first: Page<T> | null,
  cursor: string,
  page: Page<T>,
): Rest<T> | null {
  const now = restOf(rest, path, first);
  if (cursorOf(now, first) !== cursor || !first?.next_cursor) return now;
  const items = [...(now?.items ?? []), ...page.items];
  return { path, after: first.next_cursor, items, next_cursor: page.next_cursor };
}
