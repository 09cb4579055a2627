/** The places that a paper is for. */
import { useEffect, useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { askMe } from "../sync/session";
import { wordsOf } from "../ui/words";

type Organization = Shapes["Organization"];
type Page = Shapes["OrganizationList"];

/** Those of `ids`, in their order. Mostly they are right below who issues it, and come by the hundred: of as many asked
 * for one by one at the same time the server refuses half. */
export async function addressedOf(issuer: string, ids: readonly string[]): Promise<Organization[]> {
  const found = new Map<string, Organization>();
  const missing = () => ids.filter((id) => !found.has(id));
  const path = `/v1/organizations/${issuer}/children?limit=100`;
  for (let next: string | null = ids.length > 1 ? "" : null; next !== null && missing().length > 0;) {
    const page: Page = (await askMe<Page>("GET", next ? `${path}&cursor=${encodeURIComponent(next)}` : path)).body;
    for (const each of page.items) if (ids.includes(each.id)) found.set(each.id, each);
    next = page.next_cursor;
  }
  for (const id of missing()) found.set(id, (await askMe<Organization>("GET", `/v1/organizations/${id}`)).body);
  return ids.map((id) => found.get(id)!);
}

interface Addressed {
  /** null: not known yet. */
  places: Organization[] | null;
  wrong: string | null;
  retry: () => void;
}

export function useAddressed(issuer: string, ids: readonly string[]): Addressed {
  const [places, setPlaces] = useState<Organization[] | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    setWrong(null);
    addressedOf(issuer, ids)
      .then((found) => isCurrent && setPlaces(found))
      .catch((error: unknown) => isCurrent && setWrong(wordsOf(error)));
    return () => {
      isCurrent = false;
    };
  }, [issuer, ids.join(), turn]);
  return { places, wrong, retry: () => setTurn(turn + 1) };
}
