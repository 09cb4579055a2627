import type { ComponentChildren } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { bytes } from "../i18n/format";
import { Status } from "./Status";
import { wordsOf } from "./words";

interface Props {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: ComponentChildren;
  wrong?: string | null;
  type?: "text" | "password" | "tel" | "date" | "time" | "datetime-local" | "number" | "search";
  isLong?: boolean;
  autoComplete?: string;
  inputMode?: "text" | "numeric" | "search";
  required?: boolean;
  maxLength?: number;
  /** A card, a code, a password that is seen: the keyboard leaves it as it is typed, and sends it to no speller. */
  isExact?: boolean;
}

/** As attributes: some browsers have properties of these names that mean something else. */
function leaveAsTyped(field: HTMLElement | null): void {
  field?.setAttribute("autocapitalize", "none");
  field?.setAttribute("autocorrect", "off");
  field?.setAttribute("spellcheck", "false");
}

/** A field with its label above, what helps to fill it, and what is wrong with it, in words. */
export function Field({ label, value, onValue, hint, wrong, type = "text", isLong, isExact, ...rest }: Props) {
  const id = useId();
  const said = [hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ") || undefined;
  const common: object = {
    id,
    type: isLong ? undefined : type,
    "aria-describedby": said,
    "aria-invalid": !!wrong,
    ref: isExact ? leaveAsTyped : undefined,
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

interface SelectProps<T extends string> {
  label: string;
  value: T;
  onValue: (value: T) => void;
  choices: readonly { value: T; label: string }[];
  hint?: string;
}

/** One of several words, folded away: for officers' tables, and where there are more than a page holds. */
export function Select<T extends string>({ label, value, onValue, choices, hint }: SelectProps<T>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <select
        id={id}
        value={value}
        aria-describedby={hint && `${id}-hint`}
        onChange={(event) => onValue(event.currentTarget.value as T)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}

interface FileProps {
  label: string;
  accept: string;
  file: File | null;
  onFile: (file: File | null) => void;
}

/** A file of his, with its name and weight once it is chosen. */
export function FileField({ label, accept, file, onFile }: FileProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="file" accept={accept} onChange={(event) => onFile(event.currentTarget.files?.[0] ?? null)} />
      {file && (
        <p class="hint">
          {file.name}, {bytes(file.size)}
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

/** A box that is ticked at once, and goes back, with the reason, when that could not be kept. */
export function Check({
  label,
  value,
  onValue,
}: {
  label: ComponentChildren;
  value: boolean;
  onValue: (value: boolean) => unknown;
}) {
  const [wanted, setWanted] = useState<boolean | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => setWanted(null), [value]);

  async function change(box: HTMLInputElement) {
    setWanted(box.checked);
    setWrong(null);
    try {
      await onValue(box.checked);
    } catch (error) {
      setWanted(null);
      box.checked = value;
      setWrong(wordsOf(error));
    }
  }
  return (
    <>
      <label class="choice">
        <input type="checkbox" checked={wanted ?? value} onChange={(event) => void change(event.currentTarget)} />
        <span>{label}</span>
      </label>
      {wrong && (
        <Status kind="late" isLive>
          {wrong}
        </Status>
      )}
    </>
  );
}
