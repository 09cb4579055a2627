import { useEffect, useState } from "preact/hooks";
import { office } from "../i18n/office";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Status } from "../ui/Status";
import { wordsOf } from "../ui/words";

/** A push that is held until then can be taken back: no phone has rung yet. */
export function Recall({
  notification,
  until,
  onRecalled,
}: {
  notification: string;
  until: number;
  onRecalled: () => void;
}) {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  const [isAsking, setAsking] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 1000);
    return () => clearInterval(timer);
  }, [until]);

  /** What came of it is told also when the time is over by then: it was pressed in time. */
  async function recall() {
    setWrong(null);
    setAsking(true);
    try {
      await askMe("DELETE", `/v1/notifications/${notification}`, { key: newKey(), waitS: 20 });
      onRecalled();
    } catch (error) {
      setWrong(wordsOf(error));
    } finally {
      setAsking(false);
    }
  }
  return (
    <>
      {(seconds > 0 || isAsking) && <Button onPress={recall}>{office.delivery.recall(seconds)}</Button>}
      {wrong && (
        <Status kind="late" isLive>
          {wrong}
        </Status>
      )}
    </>
  );
}
