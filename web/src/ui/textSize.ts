/** How large the letters are: before the first paint, so it is no matter of a database. */
export type TextSize = "usual" | "large" | "largest";
const NAME = "sotay-size";

export function textSize(): TextSize {
  try {
    const kept = localStorage.getItem(NAME);
    return kept === "large" || kept === "largest" ? kept : "usual";
  } catch {
    return "usual";
  }
}

export function applyTextSize(size = textSize()): void {
  document.documentElement.dataset.size = size;
}

export function setTextSize(size: TextSize): void {
  applyTextSize(size);
  try {
    localStorage.setItem(NAME, size);
  } catch {
    // It holds until the app is closed.
  }
}
