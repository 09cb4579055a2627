import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon";

export type Kind = "done" | "waiting" | "late" | "info" | "offline";
const ICONS: Record<Kind, IconName> = {
  done: "done",
  waiting: "waiting",
  late: "late",
  info: "info",
  offline: "offline",
};

/** A state: words and an icon, never a colour alone. `isLive`: it is read out when it changes, at once if it went
 * wrong. */
export function Status({ kind, children, isLive }: { kind: Kind; children: ComponentChildren; isLive?: boolean }) {
  const role = kind === "late" ? "alert" : "status";
  return (
    <div class={`status ${kind === "offline" ? "waiting" : kind}`} role={isLive ? role : undefined}>
      <Icon name={ICONS[kind]} />
      <span>{children}</span>
    </div>
  );
}
