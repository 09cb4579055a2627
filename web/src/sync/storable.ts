/** What may lie on a phone: restricted papers never do, not even their titles. A paper says what it is; the topics of a
 * meeting name papers without saying so, so they keep those alone that are known to be open (of a pack: its own). */
export function storable<T>(value: T, open: ReadonlySet<string> = new Set()): T | undefined {
  if (Array.isArray(value)) return value.map((each) => storable(each, open)).filter((each) => each !== undefined) as T;
  if (typeof value !== "object" || value === null) return value;
  if ((value as { classification?: unknown }).classification === "restricted") return undefined;
  const fields = Object.entries(value).map(([name, inner]) => [
    name,
    name === "agenda" && Array.isArray(inner) ? inner.map((item) => topic(item, open)) : storable(inner, open),
  ]);
  return Object.fromEntries(fields) as T;
}

/** Under which name a draft about a paper is kept; null: it is not. */
export function draftOf(what: string, { id, classification }: { id: string; classification: string }): string | null {
  return classification === "restricted" ? null : `${what}:${id}`;
}

function topic(item: unknown, open: ReadonlySet<string>): unknown {
  const { documents, ...rest } = item as { documents?: { id: string }[] };
  return documents ? { ...rest, documents: documents.filter((document) => open.has(document.id)) } : item;
}
