import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useMedia } from "../ui/useMedia";
import type { Drawing } from "./drawing";

interface Props {
  label: string;
  drawing: Drawing;
  /** Which of the names was pressed; what that leads to must be reachable otherwise too. */
  onChoose?: (at: number) => void;
}

/** A drawing of figures that a table below says. Where letters leave no room for it, or it does not come, the table is
 * all there is. */
export function Picture({ label, drawing, onChoose }: Props) {
  const hasRoom = useMedia("(min-width: 40em)");
  const [Chart, setChart] = useState<FunctionComponent<Omit<Props, "label">> | null>(null);
  useEffect(() => {
    if (!hasRoom) return;
    import("./Chart").then((loaded) => setChart(() => loaded.default)).catch(() => undefined);
  }, [hasRoom]);
  if (!hasRoom) return null;
  return (
    <div class="picture" role="img" aria-label={label}>
      {Chart && <Chart drawing={drawing} onChoose={onChoose} />}
    </div>
  );
}
