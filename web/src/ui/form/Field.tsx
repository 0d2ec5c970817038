/** A field of a form: its name, the note that explains it, the input, and what is wrong with it. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "./form.css";

type Field = {
  /** The id of the input. */
  id: string;
  label: string;
  required?: boolean;
  help?: ReactNode;
  errors?: string[];
  /** Files take the whole width. */
  wide?: boolean;
  /** Several inputs under one name. */
  group?: boolean;
  children: ReactNode;
};

export function Field({ id, label, required, help, errors, wide, group, children }: Field) {
  const { t } = useTranslation();
  const wrong = Boolean(errors?.length);
  const name = (
    <>
      {label}
      {required && <span className="field-needed">{t("field.required")}</span>}
    </>
  );
  const together = group ? { role: "group", "aria-labelledby": `${id}-label` } : {};
  return (
    <div className="field" data-wide={wide} data-wrong={wrong} {...together}>
      {group ? (
        <div className="field-label" id={`${id}-label`}>
          {name}
        </div>
      ) : (
        <label className="field-label" htmlFor={id}>
          {name}
        </label>
      )}
      {children}
      {wrong && (
        <p className="field-error" id={errorId(id)}>
          {errors?.join(" ")}
        </p>
      )}
      {help && (
        <p className="field-help" id={helpId(id)}>
          {help}
        </p>
      )}
    </div>
  );
}

const errorId = (id: string) => `${id}-error`;
const helpId = (id: string) => `${id}-help`;

/** What an input says about itself to those who do not see its surroundings. */
export function described(id: string, errors: string[] | undefined, help: unknown) {
  const wrong = Boolean(errors?.length);
  const by = [wrong && errorId(id), Boolean(help) && helpId(id)].filter(Boolean).join(" ");
  return { "aria-invalid": wrong || undefined, "aria-describedby": by || undefined };
}
