/** Our words before the browser's: what would ring, and that it can wait. */
import { useEffect, useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { askNoMore, isToBeAsked, type PushState, pushState, switchOff, switchOn } from "../sync/push";
import { me } from "../sync/session";
import { Button } from "../ui/Button";
import { Status } from "../ui/Status";

/** On Home, once a meeting of his has been. */
export function PushAsk() {
  const [state, setState] = useState<PushState | null>(null);
  const member = me.value?.member_id;
  useEffect(() => {
    if (member) void isToBeAsked(member).then((isToBe) => setState(isToBe ? "off" : null));
  }, [member]);
  if (!member || state === null) return null;
  async function later() {
    await askNoMore(member!);
    setState(null);
  }
  return (
    <section class="card">
      <h2>{vi.push.title}</h2>
      {state === "off" ? (
        <>
          <p>{vi.push.why}</p>
          <Button onPress={async () => setState(await switchOn(member))}>{vi.push.ways.on}</Button>
          <Button kind="quiet" onPress={later}>
            {vi.push.ways.later}
          </Button>
        </>
      ) : (
        <PushStatus state={state} />
      )}
    </section>
  );
}

function PushStatus({ state }: { state: PushState }) {
  return (
    <Status kind={state === "on" ? "done" : "info"} isLive>
      {vi.push.states[state]}
    </Status>
  );
}

/** Among his settings, whenever he likes. */
export function PushHere() {
  const [state, setState] = useState<PushState | null>(null);
  const member = me.value?.member_id;
  useEffect(() => {
    if (member) void pushState(member).then(setState);
  }, [member]);
  if (!member || state === null) return null;
  return (
    <>
      <PushStatus state={state} />
      {state === "off" && <Button onPress={async () => setState(await switchOn(member))}>{vi.push.ways.on}</Button>}
      {state === "on" && (
        <Button kind="quiet" onPress={async () => setState(await switchOff(member))}>
          {vi.push.ways.off}
        </Button>
      )}
    </>
  );
}
