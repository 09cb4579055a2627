import type { ComponentChildren } from "preact";

/** A line of a list: what it is, and below it what is to be known. With `href` the whole of it is the target. */
export function Row({
  href,
  title,
  children,
}: {
  href?: string;
  title: ComponentChildren;
  children?: ComponentChildren;
}) {
  const inner = (
    <>
      <span class="row-title">{title}</span>
      {children}
    </>
  );
  return (
    <li>
      {href ? (
        <a class="row" href={href}>
          {inner}
        </a>
      ) : (
        <div class="row">{inner}</div>
      )}
    </li>
  );
}

export function Rows({ children }: { children: ComponentChildren }) {
  return <ul class="rows">{children}</ul>;
}
