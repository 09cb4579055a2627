import { vi } from "../i18n/vi";
import { Button } from "./Button";
import { Screen } from "./Screen";
import { Status } from "./Status";

/** A part of the app did not come: no network at the first visit, or the server has none of so old a version any more.
 * Browsers differ in whether they ask for it once more, so the page is opened anew. */
export function NotLoaded() {
  return (
    <Screen
      title={vi.app}
      back="/app/"
      hasTabs={false}
      primary={
        <Button kind="primary" onPress={() => location.reload()}>
          {vi.retry}
        </Button>
      }
    >
      <Status kind="offline" isLive>
        {vi.notLoaded}
      </Status>
      <p>{vi.notLoadedStill}</p>
    </Screen>
  );
}
