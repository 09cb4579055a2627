import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: ComponentChildren;
  wrong?: string | null;
  type?: "text" | "password" | "tel" | "date" | "datetime-local" | "number" | "search";
  isLong?: boolean;
  autoComplete?: string;
  inputMode?: "text" | "numeric" | "search";
  required?: boolean;
  maxLength?: number;
}

/** A field with its label above, what helps to fill it, and what is wrong with it, in words. */
export function Field({ label, value, onValue, hint, wrong, type = "text", isLong, ...rest }: Props) {
  const id = useId();
  const said = [hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ") || undefined;
  const common: object = {
    id,
    type: isLong ? undefined : type,
    "aria-describedby": said,
    "aria-invalid": !!wrong,
    ...rest,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {isLong ? (
        <textarea {...common} rows={5} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
      ) : (
        <input {...common} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
      )}
      {wrong && (
        <p class="wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  name: string;
  value: T;
  onValue: (value: T) => void;
  choices: readonly { value: T; label: ComponentChildren }[];
}

export function Choice<T extends string>({ legend, name, value, onValue, choices }: ChoiceProps<T>) {
  return (
    <fieldset class="choices">
      <legend class="legend">{legend}</legend>
      {choices.map((choice) => (
        <label class="choice" key={choice.value}>
          <input type="radio" name={name} checked={choice.value === value} onChange={() => onValue(choice.value)} />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function Check({
  label,
  value,
  onValue,
}: {
  label: ComponentChildren;
  value: boolean;
  onValue: (value: boolean) => void;
}) {
  return (
    <label class="choice">
      <input type="checkbox" checked={value} onChange={(event) => onValue(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
