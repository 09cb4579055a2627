import { useEffect, useState } from "preact/hooks";
import { isPassing, Refused, type Shapes, Unreachable } from "../api/client";
import { number } from "../i18n/format";
import { office } from "../i18n/office";
import { askMe } from "../sync/session";
import { Status } from "../ui/Status";
import { Recall } from "./Recall";

type Delivered = Shapes["Delivery"];
const LOOK_EVERY_MS = 2_000;
/** A notification is heard of a moment after what it is about; so often it is looked for. */
const LOOKS_MOST = 30;

/** What became of a notification, as it goes out; while it is held it can be taken back. */
export function Delivery({ notification }: { notification: string }) {
  const [found, setFound] = useState<Delivered | null>(null);
  const [isRecalled, setRecalled] = useState(false);
  const [looks, setLooks] = useState(0);
  const isSettled = found?.settled_at != null;

  useEffect(() => {
    if (isSettled || isRecalled || looks > LOOKS_MOST) return;
    const timer = setTimeout(() => void look(), looks === 0 ? 0 : LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [looks, isSettled, isRecalled]);

  async function look() {
    try {
      setFound((await askMe<Delivered>("GET", `/v1/notifications/${notification}/delivery`)).body);
      setLooks((n) => (n === 1 ? 2 : 1));
    } catch (error) {
      const isLater = error instanceof Unreachable || (error instanceof Refused && isPassing(error.status));
      if (isLater || (error instanceof Refused && error.status === 404)) setLooks(looks + 1);
    }
  }
  const { delivery } = office;
  if (isRecalled)
    return (
      <Status kind="done" isLive>
        {delivery.recalled}
      </Status>
    );
  if (!found) return <p class="hint">{delivery.preparing}</p>;
  const heldUntil = found.held_until && !isSettled ? Date.parse(found.held_until) : 0;
  return (
    <section class="stack">
      <h2>{delivery.title}</h2>
      <p>{delivery.to(number(found.recipients), number(found.devices))}</p>
      <p>{delivery.counts(number(found.delivered), number(found.retrying), number(found.dead + found.expired))}</p>
      {isSettled && <Status kind="done">{delivery.settled}</Status>}
      {heldUntil > 0 && <Recall notification={notification} until={heldUntil} onRecalled={() => setRecalled(true)} />}
    </section>
  );
}
