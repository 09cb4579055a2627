import type { ComponentChildren } from "preact";

interface Props {
  label: string;
  heads: readonly string[];
  /** Rows of it; the first cell of each is a `th`. */
  children: ComponentChildren;
  /** Words, not figures: they begin at the left. */
  isWords?: boolean;
}

/** A table that scrolls by itself where there is no room for it, by keys too. */
export function Table({ label, heads, children, isWords }: Props) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label={label}>
      <table class={isWords ? "words" : undefined}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
