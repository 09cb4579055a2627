/** What is being written: kept at each pause, so that a call, a crash or an empty battery costs nothing. */
import { get, putOf, remove } from "./db";

interface Draft {
  member_id: string;
  subject: string;
  value: unknown;
  at: number;
}

export const PAUSE_MS = 500;

export async function readDraft<T>(member: string, subject: string): Promise<T | undefined> {
  return (await get<Draft>("drafts", [member, subject]))?.value as T | undefined;
}

export async function keepDraft(member: string, subject: string, value: unknown): Promise<void> {
  await putOf("drafts", { member_id: member, subject, value, at: Date.now() } satisfies Draft);
}

export async function dropDraft(member: string, subject: string): Promise<void> {
  await remove("drafts", [member, subject]);
}
