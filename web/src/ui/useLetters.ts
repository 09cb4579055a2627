import { type Answer, type Shapes, Unreachable } from "../api/client";
import { office } from "../i18n/office";
import { askMe } from "../sync/session";
import { lotsOf } from "./lots";
import { saveFile } from "./saveFile";
import { useJob } from "./useJob";
import { Said } from "./words";

/** The server prints as many at a time. */
export const LETTERS_MOST = 200;

export interface Letters {
  progress: Shapes["Operation"]["progress"];
  isRunning: boolean;
  /** `members` null: all who need one and hold none. False: nobody waits for it any more. */
  make: (members: readonly string[] | null, perPage?: number) => Promise<boolean>;
}

/** Letters as files to print, each made anew and never again: who is named gets another code, and his first ends; who
 * is not named keeps the one that he holds. Codes are made before the file comes down: where it does not, they are on
 * no paper, and who has them must be named. So many that they take long are made by themselves, and then fetched. */
export function useLetters(organization: string): Letters {
  const job = useJob();

  async function fileOf(answer: Answer<Blob>): Promise<Blob | null> {
    if (answer.status !== 202) return answer.body;
    const done = await job.follow(JSON.parse(await answer.body.text()) as Shapes["Operation"]);
    if (!done?.resource_url) return null;
    return (await askMe<Blob>("GET", done.resource_url, { as: "file", timeoutMs: 300_000 })).body;
  }
  async function makeOnce(body: Shapes["MakeActivationLettersInput"]): Promise<boolean> {
    const path = `/v1/organizations/${organization}/activation-letters`;
    const file = await fileOf(await askMe<Blob>("POST", path, { body, as: "file", isJob: true, timeoutMs: 120_000 }));
    if (file) saveFile(file, office.letters.file);
    return file !== null;
  }
  async function make(members: readonly string[] | null, perPage?: number): Promise<boolean> {
    const layout = perPage ? { per_page: perPage } : {};
    const bodies = members ? lotsOf(members, LETTERS_MOST).map((member_ids) => ({ member_ids, ...layout })) : [layout];
    try {
      for (const body of bodies) if (!(await makeOnce(body))) return false;
      return true;
    } catch (error) {
      throw error instanceof Unreachable ? new Said(office.letters.lost) : error;
    }
  }
  return { progress: job.progress, isRunning: job.isRunning, make };
}
