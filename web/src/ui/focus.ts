/** Who goes by keys or listens stays where he is: once a press has taken away what he stood on (a button that opened a
 * form, a row that is done), he stands on what came in its place. */

let stoodOn: Element | null = null;

/** Of what one picture changed: where `gone` was taken out of the screen. */
function takenFrom(changes: readonly MutationRecord[], gone: Element): MutationRecord | undefined {
  const isOf = ({ target, removedNodes }: MutationRecord) =>
    target.isConnected && [...removedNodes].some((node) => node.contains(gone));
  return changes.find(isOf);
}

function elementFrom(node: Node | null, next: "nextSibling" | "previousSibling"): HTMLElement | null {
  for (let at = node; at; at = at[next]) if (at instanceof HTMLElement) return at;
  return null;
}

/** What came with that picture, a block before a button; else what followed there, or went before, or is around it: the
 * first of them that can be stood on. */
function inPlace({ target, previousSibling, nextSibling }: MutationRecord, came: readonly Node[]): HTMLElement[] {
  const isThere = (node: Node | null) => node?.parentNode === target;
  const before = isThere(previousSibling) ? previousSibling : null;
  const after = before ? before.nextSibling : isThere(nextSibling) ? nextSibling : target.firstChild;
  const isNew = (node: Node): node is HTMLElement => isThere(node) && node instanceof HTMLElement;
  const blocksFirst = came.filter(isNew).sort((a, b) => a.tabIndex - b.tabIndex);
  const around = target instanceof HTMLElement ? target : null;
  const beside = [elementFrom(after, "nextSibling"), elementFrom(before, "previousSibling"), around];
  return [...blocksFirst, ...beside.filter((place) => place !== null)];
}

/** A block that does not say where is stood on as a whole: it is read out, and the next key leads into it. */
function standOn(block: HTMLElement): boolean {
  const place = block.querySelector<HTMLElement>('[tabindex="-1"]') ?? block;
  const isLent = place.tabIndex < 0 && !place.hasAttribute("tabindex");
  const giveBack = () => place.removeAttribute("tabindex");
  if (isLent) place.tabIndex = -1;
  const { top } = place.getBoundingClientRect();
  place.focus({ preventScroll: top >= 0 && top < innerHeight });
  const stands = document.activeElement === place;
  if (isLent && stands) place.addEventListener("blur", giveBack, { once: true });
  else if (isLent) giveBack();
  return stands;
}

/** Another screen begins at its title, which sees to that itself. */
function isOfScreen(place: Node): boolean {
  return place instanceof Element && place.closest(".screen") !== null;
}

function follow(changes: readonly MutationRecord[]): void {
  const gone = stoodOn;
  if (!gone || gone.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
  stoodOn = null;
  const from = takenFrom(changes, gone);
  if (!from || !isOfScreen(from.target)) return;
  const came = changes.flatMap(({ addedNodes }) => [...addedNodes]);
  inPlace(from, came).some(standOn);
}

/** Where nobody stands any more nothing follows. A browser may say so of what is just being taken away, too. */
function leave(): void {
  const left = stoodOn;
  queueMicrotask(() => {
    if (stoodOn === left && left?.isConnected) stoodOn = null;
  });
}

export function keepFocus(root: Node): void {
  document.addEventListener("focusin", ({ target }) => (stoodOn = target as Element));
  document.addEventListener("focusout", leave);
  new MutationObserver(follow).observe(root, { childList: true, subtree: true });
}
