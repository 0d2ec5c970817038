/** A row of choices of which at most one is on: the classes and spans of lists. */

import "./chips.css";

type Chips<T extends string> = {
  label: string;
  options: readonly T[];
  value: T | undefined;
  text: (option: T) => string;
  onChange: (next: T | undefined) => void;
  all?: string;
};

export function Chips<T extends string>({ label, options, value, text, onChange, all }: Chips<T>) {
  return (
    <fieldset className="chips">
      <legend className="unseen">{label}</legend>
      {all !== undefined && (
        <button type="button" aria-pressed={value === undefined} onClick={() => onChange(undefined)}>
          {all}
        </button>
      )}
      {options.map((option) => (
        <button
          type="button"
          key={option}
          aria-pressed={value === option}
          onClick={() => onChange(value === option ? undefined : option)}
        >
          {text(option)}
        </button>
      ))}
    </fieldset>
  );
}
