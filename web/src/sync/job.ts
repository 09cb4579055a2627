/** What runs at the server by itself, whether or not anybody looks. */
import { isPassing, Refused, type Shapes, Unreachable } from "../api/client";
import { askMe } from "./session";

type Operation = Shapes["Operation"];
const LOOK_EVERY_MS = 1_000;

/** One that was begun before this page was there; the next look says how far it is. */
export function pendingOf(id: string): Operation {
  const unknown = { problem: null, progress: null, resource_url: null, result: null, settled_at: null };
  return { id, state: "pending", created_at: "", ...unknown };
}

/** A look that fails says nothing about the job. */
async function look(operation: Operation): Promise<Operation> {
  try {
    return (await askMe<Operation>("GET", `/v1/operations/${operation.id}`)).body;
  } catch (error) {
    const isLater = error instanceof Unreachable || (error instanceof Refused && isPassing(error.status));
    if (isLater) return operation;
    throw error;
  }
}

/** The operation once it has ended; null: nobody waits for it any more. */
export async function settled(
  operation: Operation,
  onStep: (progress: Operation["progress"]) => void,
  isAwaited: () => boolean,
  everyMs = LOOK_EVERY_MS,
): Promise<Operation | null> {
  let found = operation;
  while (found.state === "pending") {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    if (!isAwaited()) return null;
    found = await look(found);
    onStep(found.progress);
  }
  return found;
}
