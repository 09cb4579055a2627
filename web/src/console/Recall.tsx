import { useEffect, useState } from "preact/hooks";
import { office } from "../i18n/office";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";

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
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 1000);
    return () => clearInterval(timer);
  }, [until]);

  async function recall() {
    await askMe("DELETE", `/v1/notifications/${notification}`, { key: newKey(), waitS: 20 });
    onRecalled();
  }
  return seconds > 0 ? <Button onPress={recall}>{office.delivery.recall(seconds)}</Button> : null;
}
