import type { FunctionComponent } from "preact";
import { lazy } from "preact-iso";
import { NotLoaded } from "./NotLoaded";

type Loading = () => Promise<{ default: FunctionComponent }>;

/** A screen that comes when somebody goes there; when it does not come, that is said, and not a blank page. */
export function lazyScreen(load: Loading): FunctionComponent {
  return lazy(() => load().catch(() => ({ default: NotLoaded }))) as unknown as FunctionComponent;
}
