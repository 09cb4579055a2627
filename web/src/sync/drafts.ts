/** What is being written: kept at each pause, so that a call, a crash or an empty battery costs nothing. */
import { get, putOf, remove } from "./db";

interface Draft {
  member_id: string;
  subject: string;
  value: unknown;
  at: number;
}

export const PAUSE_MS = 500;

/** What is written anew of some of its fields; a function says so by what is there. */
export type Change<T> = Partial<T> | ((old: T) => Partial<T>);

export function changed<T>(old: T, change: Change<T>): T {
  return { ...old, ...(typeof change === "function" ? change(old) : change) };
}

/** What was left, over a blank one: an earlier version of the app kept less than is asked now. */
export function filled<T>(empty: T, left: T | undefined): T {
  const areFields = [empty, left].every((each) => typeof each === "object" && each !== null && !Array.isArray(each));
  return areFields ? { ...empty, ...left } : (left ?? empty);
}

export async function readDraft<T>(member: string, subject: string): Promise<T | undefined> {
  return (await get<Draft>("drafts", [member, subject]))?.value as T | undefined;
}

export async function keepDraft(member: string, subject: string, value: unknown): Promise<void> {
  await putOf("drafts", { member_id: member, subject, value, at: Date.now() } satisfies Draft);
}

export async function dropDraft(member: string, subject: string): Promise<void> {
  await remove("drafts", [member, subject]);
}
