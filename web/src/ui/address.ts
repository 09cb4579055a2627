/** What an address of the app may say: it goes into paths of the API, so an id is one, and a month is one. */
import { useRoute } from "preact-iso";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MONTH = /^[0-9]{4}-(0[1-9]|1[0-2])$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
/** Nothing has it, so the server answers as for whatever there is not. */
const NOWHERE = "00000000-0000-0000-0000-000000000000";

export function idOf(text: string | undefined): string | null {
  return text !== undefined && UUID.test(text) ? text : null;
}

export function monthIn(text: string | undefined): string | null {
  return text !== undefined && MONTH.test(text) ? text : null;
}

/** A day of the calendar. */
export function dayIn(text: string | undefined): string | null {
  return text !== undefined && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}

/** The id in the screen's own address. */
export function usePathId(): string {
  return idOf(useRoute().params.id) ?? NOWHERE;
}
