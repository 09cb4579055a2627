/** What went wrong, in the words of who knows it. */
import { Refused, Unreachable, Unsettled } from "../api/client";
import { vi } from "../i18n/vi";
import { SignedOut } from "../sync/session";

/** What the screen itself has to say: a field is empty, two do not agree. */
export class Said extends Error {}

export function wordsOf(error: unknown): string {
  if (error instanceof Said) return error.message;
  if (error instanceof SignedOut) return vi.signInAgain;
  if (error instanceof Unsettled) return vi.outbox.accepted;
  if (error instanceof Unreachable) return vi.unreachable;
  if (!(error instanceof Refused)) return vi.unknownError;
  const { detail, errors } = error.problem;
  return [detail ?? vi.unknownError, ...errors.map((each) => each.message)].filter(isNew).join(". ");
}

function isNew(words: string, at: number, all: string[]): boolean {
  return all.indexOf(words) === at;
}
