import { useState } from "preact/hooks";
import { vi } from "../i18n/vi";
import { Choice } from "./Field";
import { setTextSize, type TextSize, textSize } from "./textSize";

const SIZES = ["usual", "large", "largest"] as const;

export function SizeChoice() {
  const [size, setSize] = useState<TextSize>(textSize());
  return (
    <>
      <Choice
        legend={vi.mine.size}
        name="size"
        value={size}
        choices={SIZES.map((value) => ({ value, label: vi.mine.sizes[value] }))}
        onValue={(value) => {
          setSize(value);
          setTextSize(value);
        }}
      />
      <p class="card">{vi.mine.sample}</p>
    </>
  );
}
