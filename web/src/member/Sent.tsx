import { clock } from "../i18n/format";
import { vi } from "../i18n/vi";
import { arrived } from "../sync/outbox";
import { Status } from "../ui/Status";
import { useOutbox } from "./useOutbox";

/** "Đã gửi" is said only once the server has it. */
export function Sent({ row: key }: { row: string }) {
  const at = arrived.value.get(key);
  const { rows } = useOutbox();
  const row = rows?.find((each) => each.key === key);
  if (at)
    return (
      <Status kind="done" isLive>
        {vi.sentAt(clock(at))}
      </Status>
    );
  if (!rows) return null;
  if (row?.state === "refused")
    return (
      <Status kind="late" isLive>
        {vi.refused} <a href="/app/chua-gui">{vi.outbox.edit}</a>
      </Status>
    );
  return (
    <Status kind="waiting" isLive>
      {vi.saved}
    </Status>
  );
}
