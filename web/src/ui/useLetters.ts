import { type Answer, type Shapes } from "../api/client";
import { office } from "../i18n/office";
import { askMe } from "../sync/session";
import { saveFile } from "./saveFile";
import { useJob } from "./useJob";

/** Letters as one file to print. Each is made anew and never again: a second press ends the codes of the first. So
 * many that they take long are made by themselves, and then fetched. */
export function useLetters(organization: string): {
  progress: Shapes["Operation"]["progress"];
  isRunning: boolean;
  make: (members?: string[], perPage?: number) => Promise<boolean>;
} {
  const job = useJob();

  async function fileOf(answer: Answer<Blob>): Promise<Blob | null> {
    if (answer.status !== 202) return answer.body;
    const done = await job.follow(JSON.parse(await answer.body.text()) as Shapes["Operation"]);
    if (!done?.resource_url) return null;
    return (await askMe<Blob>("GET", done.resource_url, { as: "file", timeoutMs: 300_000 })).body;
  }
  async function make(members?: string[], perPage?: number): Promise<boolean> {
    const body: Shapes["MakeActivationLettersInput"] = {
      ...(members ? { member_ids: members } : {}),
      ...(perPage ? { per_page: perPage } : {}),
    };
    const path = `/v1/organizations/${organization}/activation-letters`;
    const file = await fileOf(await askMe<Blob>("POST", path, { body, as: "file", isJob: true, timeoutMs: 120_000 }));
    if (file) saveFile(file, office.letters.file);
    return file !== null;
  }
  return { progress: job.progress, isRunning: job.isRunning, make };
}
