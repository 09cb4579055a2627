import { Refused } from "../api/client";
import { vi } from "../i18n/vi";
import { Said } from "./words";

/** Does what needs the version of what is changed. Somebody else was first: then it is asked for anew, and what is
 * typed stays, to be looked at and sent again. */
export async function unlessChanged<T>(change: () => Promise<T>, readAgain: () => void): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof Refused) || ![412, 428].includes(error.status)) throw error;
    readAgain();
    throw new Said(vi.changedMeanwhile);
  }
}
