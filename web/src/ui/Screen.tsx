import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { since } from "../i18n/format";
import { vi } from "../i18n/vi";
import { Button } from "./Button";
import { CallSecretary } from "./CallSecretary";
import { Icon } from "./Icon";
import { Status } from "./Status";
import { Tabs } from "./Tabs";
import type { Loaded } from "./useCopy";

interface Props {
  title: string;
  children?: ComponentChildren;
  /** What the screen shows comes from here; its state is told above it. */
  of?: Loaded<unknown>;
  back?: string;
  /** The one thing to do here, and at most three beside it. */
  primary?: ComponentChildren;
  hasTabs?: boolean;
  /** Tables need room. */
  isWide?: boolean;
}

const SLOW_MS = 300;
let isFirst = true;

/** Every screen: title, the state of what it shows, the content, what to do. */
export function Screen({ title, children, of, back, primary, hasTabs = true, isWide }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – ${vi.app}`;
    // Who listens to the screen hears where he is; at the very start he hears the page's own title.
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, [title]);
  return (
    <div class={isWide ? "screen is-wide" : "screen"}>
      <header class={back ? "top with-back" : "top"}>
        {back && (
          <a class="button quiet" href={back}>
            <Icon name="back" />
            {vi.back}
          </a>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <CallSecretary />
      </header>
      <main class="main">
        {of && <State of={of} />}
        {(!of || of.data !== null) && children}
      </main>
      {(primary || hasTabs) && (
        <footer class="foot">
          {primary && <div class="primary-place">{primary}</div>}
          {hasTabs && <Tabs />}
        </footer>
      )}
    </div>
  );
}

/** Loading, offline, stale, error: one place, the same words everywhere. Empty is the screen's own. */
export function State({ of }: { of: Loaded<unknown> }) {
  const isSlow = useSlow(of.phase === "loading" && of.data === null);
  if (of.phase === "loading") return isSlow ? <Loading /> : null;
  if (of.phase === "error") return <Failed of={of} />;
  if (of.phase === "offline" && of.data === null) return <NothingKept of={of} />;
  if (of.phase === "offline" && of.savedAt) return <Old words={vi.offline(since(of.savedAt, Date.now()))} />;
  if (of.phase === "stale") return <Old words={of.savedAt ? vi.stale(since(of.savedAt, Date.now())) : vi.staleOfOld} />;
  return null;
}

function useSlow(isLoading: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isLoading) return setSlow(false);
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, [isLoading]);
  return isSlow && isLoading;
}

function Loading() {
  return (
    <div role="status">
      <p class="only-read">{vi.loading}</p>
      <div class="skeleton" />
    </div>
  );
}

function Old({ words }: { words: string }) {
  return (
    <Status kind="offline" isLive>
      {words}
    </Status>
  );
}

function NothingKept({ of }: { of: Loaded<unknown> }) {
  return (
    <div class="stack">
      <Status kind="offline" isLive>
        {vi.offlineEmpty}
      </Status>
      <Button onPress={of.retry}>{vi.retry}</Button>
    </div>
  );
}

function Failed({ of }: { of: Loaded<unknown> }) {
  const problem = of.problem;
  const words = problem?.status === 404 || problem?.status === 410 ? vi.notHere : (problem?.detail ?? vi.unknownError);
  return (
    <div class="stack">
      <Status kind="late" isLive>
        {words}
      </Status>
      <Button onPress={of.retry}>{vi.retry}</Button>
      {problem?.correlation_id && <p class="hint">{vi.correlation(problem.correlation_id)}</p>}
    </div>
  );
}
