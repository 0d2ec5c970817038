/**
 * A short text that is changed where it stands. Enter and leaving it keep what was typed, Escape gives it up, and what the hub
 * refuses stays in the field beside the reason.
 */

import { EditOutlined } from "@ant-design/icons";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { asFailure, type Failure } from "../api/failure";
import { because } from "./explain";
import "./edit-text.css";

type EditText = {
  value: string;
  /** What is edited, for those who do not see it, and on the button. */
  label: string;
  placeholder?: string;
  max?: number;
  /** Whether nothing is a value too. */
  optional?: boolean;
  save: (text: string) => Promise<unknown>;
  /** How it looks while nobody edits it. */
  children: ReactNode;
};

export function EditText({ children, label, ...field }: EditText) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const returning = useRef(false);
  useEffect(() => {
    if (open || !returning.current) return;
    returning.current = false;
    button.current?.focus();
  }, [open]);
  const close = (byKey: boolean) => {
    returning.current = byKey;
    setOpen(false);
  };
  if (open) return <Field {...field} label={label} onClose={close} />;
  return (
    <span className="edit">
      {children}
      <button
        type="button"
        className="edit-open"
        aria-label={label}
        title={label}
        ref={button}
        onClick={() => setOpen(true)}
      >
        <EditOutlined aria-hidden />
      </button>
    </span>
  );
}

type Field = Omit<EditText, "children"> & { onClose: (byKey: boolean) => void };

function Field({ value, label, placeholder, max = 255, optional, save, onClose }: Field) {
  const [text, setText] = useState(value);
  const [failure, setFailure] = useState<Failure>();
  const problem = failure && because(failure);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  async function keep(byKey: boolean) {
    const next = text.trim();
    if (busy) return;
    if (next === value || (!next && !optional)) return onClose(byKey);
    setBusy(true);
    try {
      await save(next);
      onClose(byKey);
    } catch (error) {
      setFailure(asFailure(error));
      setBusy(false);
    }
  }
  function key(event: KeyboardEvent) {
    // Enter that ends the composing of a character is not meant for us.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") void keep(true);
    if (event.key === "Escape") onClose(true);
  }
  return (
    <span className="edit-field">
      <input
        ref={field}
        value={text}
        maxLength={max}
        aria-label={label}
        placeholder={placeholder}
        aria-invalid={problem !== undefined}
        readOnly={busy}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={key}
        onBlur={() => void keep(false)}
      />
      {problem && (
        <span role="alert" className="edit-problem">
          {problem}
        </span>
      )}
    </span>
  );
}
