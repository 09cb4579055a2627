/** What went wrong, in the words of who knows it. */
import { type Problem, Refused, Unreachable, Unsettled } from "../api/client";
import { fields } from "../i18n/fields";
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
  return wordsOfProblem(error.problem);
}

/** What the server says, and of which fields. */
export function wordsOfProblem({ detail, errors }: Pick<Problem, "detail" | "errors">): string {
  const told = errors.map(({ field, message }) => [nameOf(field), message].filter(Boolean).join(": "));
  return [detail ?? vi.unknownError, ...told].filter(isNew).join(". ");
}

/** "/agenda/2/minutes": "Nội dung 3, số phút"; "" of what has no name here. */
export function nameOf(pointer: string): string {
  const names: string[] = [];
  for (const part of pointer.split("/").slice(1)) {
    const name = fields[part];
    if (name) names.push(names.length > 0 ? name[0]!.toLowerCase() + name.slice(1) : name);
    else if (/^[0-9]+$/.test(part) && names.length > 0) names.push(`${names.pop()} ${Number(part) + 1}`);
  }
  return names.join(", ");
}

function isNew(words: string, at: number, all: string[]): boolean {
  return all.indexOf(words) === at;
}
