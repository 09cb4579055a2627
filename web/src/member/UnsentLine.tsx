import { vi } from "../i18n/vi";
import { Status } from "../ui/Status";
import { useOutbox } from "./useOutbox";

/** What has not left this phone, wherever he is; leads to it. */
export function UnsentLine() {
  const { rows, isUnknown } = useOutbox();
  if (isUnknown) return <Status kind="late">{vi.outbox.unknown}</Status>;
  if (!rows || rows.length === 0) return null;
  const isRefused = rows.some((row) => row.state === "refused");
  return (
    <Status kind={isRefused ? "late" : "waiting"} isLive>
      <a href="/app/chua-gui">{isRefused ? vi.refused : vi.unsent(rows.length)}</a>
    </Status>
  );
}
