import { useEffect, useRef, useState } from "preact/hooks";
import { isPassing, Refused, Unreachable } from "../api/client";
import { number } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Status } from "../ui/Status";
import { wordsOf } from "../ui/words";
import { type Delivered, isNews, isSilent, nextLookMs } from "./delivery";
import { Recall } from "./Recall";

interface Followed {
  found: Delivered | null;
  /** Looks in a row at which nothing was new. */
  quiet: number;
  wrong: string | null;
}
const UNKNOWN: Followed = { found: null, quiet: 0, wrong: null };

/** What is not there yet, or not to be had just now, is looked for again. */
function isLater(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof Refused && (error.status === 404 || isPassing(error.status));
}

function useDelivery(notification: string, isRecalled: boolean) {
  const [followed, setFollowed] = useState<Followed>(UNKNOWN);
  const { found, quiet, wrong } = followed;
  const pause = isRecalled || wrong ? null : nextLookMs(found, quiet);

  async function look() {
    try {
      const now = (await askMe<Delivered>("GET", `/v1/notifications/${notification}/delivery`)).body;
      setFollowed(({ found, quiet }) => ({ found: now, quiet: isNews(found, now) ? 0 : quiet + 1, wrong: null }));
    } catch (error) {
      if (isLater(error)) setFollowed((old) => ({ ...old, quiet: old.quiet + 1 }));
      else setFollowed((old) => ({ ...old, wrong: wordsOf(error) }));
    }
  }
  useEffect(() => {
    if (pause === null) return;
    const timer = setTimeout(() => void look(), found || quiet > 0 ? pause : 0);
    return () => clearTimeout(timer);
  }, [followed, pause]);
  const retry = () => setFollowed((old) => ({ ...old, quiet: 0, wrong: null }));
  return { found, wrong, isOver: pause === null, retry };
}

/** What became of a notification, as it goes out; while it is held it can be taken back. */
export function Delivery({ notification }: { notification: string }) {
  const [isRecalled, setRecalled] = useState(false);
  const { found, wrong, isOver, retry } = useDelivery(notification, isRecalled);
  const isSettled = !!found?.settled_at;
  const heldUntil = found?.held_until && !isSettled ? Date.parse(found.held_until) : 0;
  // Who pressed in time hears what came of it, also when it goes out meanwhile.
  const wasHeld = useRef(false);
  wasHeld.current ||= heldUntil > 0;
  const { delivery } = office;
  if (isRecalled)
    return (
      <Status kind="done" isLive>
        {delivery.recalled}
      </Status>
    );
  return (
    <section class="stack">
      <h2>{delivery.title}</h2>
      {found && !isSilent(found) ? (
        <>
          <p>{delivery.to(number(found.recipients), number(found.devices))}</p>
          <p>{delivery.counts(number(found.delivered), number(found.retrying), number(found.dead + found.expired))}</p>
        </>
      ) : (
        <p class="hint">{isOver && found ? delivery.inInbox : delivery.preparing}</p>
      )}
      {isSettled && <Status kind="done">{delivery.settled}</Status>}
      {wasHeld.current && <Recall notification={notification} until={heldUntil} onRecalled={() => setRecalled(true)} />}
      {isOver && !isSettled && (
        <>
          {wrong ? (
            <Status kind="late">{wrong}</Status>
          ) : (
            !(found && isSilent(found)) && <Status kind="info">{delivery.noNews}</Status>
          )}
          <Button kind="quiet" onPress={retry}>
            {vi.retry}
          </Button>
        </>
      )}
    </section>
  );
}
