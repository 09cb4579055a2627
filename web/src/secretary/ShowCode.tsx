import { useEffect } from "preact/hooks";
import type { Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { usePathId } from "../ui/address";
import { Screen } from "../ui/Screen";
import { NOT_KEPT, useCopy } from "../ui/useCopy";

/** It is shown to a room, so it is as large as the room is; the server makes another every fifteen seconds, and takes
 * none older than that. */
const EVERY_MS = 5_000;

export default function ShowCode() {
  const id = usePathId();
  const code = useCopy<Shapes["CheckInCode"]>(`/v1/meetings/${id}/check-in-code`, NOT_KEPT);
  useEffect(() => {
    const timer = setInterval(code.retry, EVERY_MS);
    return () => clearInterval(timer);
  }, [id]);
  return (
    <Screen title={vi.checkIn.codeTitle} of={code} back={`/app/chi-bo/diem-danh/${id}`} hasTabs={false}>
      {code.data && code.phase !== "stale" && code.phase !== "offline" && (
        <>
          <p>{vi.checkIn.how}</p>
          <p class="code">{code.data.code}</p>
        </>
      )}
    </Screen>
  );
}
