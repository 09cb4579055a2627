import { vi } from "../i18n/vi";
import { Button } from "./Button";
import { Screen } from "./Screen";
import { Status } from "./Status";

/** A browser that keeps nothing, as in a private window: without it no session holds and nothing written is safe. */
export function NoStorage() {
  return (
    <Screen title={vi.app} hasTabs={false}>
      <Status kind="late" isLive>
        {vi.noStorage}
      </Status>
      <Button onPress={() => location.reload()}>{vi.retry}</Button>
    </Screen>
  );
}
