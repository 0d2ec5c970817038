/** How react-jsonschema-form lays our forms out: groups with their titles, what is advanced folded below. */

import type { FieldTemplateProps, ObjectFieldTemplateProps, RJSFSchema } from "@rjsf/utils";
import { type ReactElement, type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type FormContext, names } from "./context";
import { Field } from "./Field";
import { isFile, type Property, type Values } from "./schema";

/** A text of so many letters gets the whole width. */
const LONG = 60;

export function FieldTemplate(props: FieldTemplateProps<Values, RJSFSchema, FormContext>) {
  const { id, label, schema, required, rawErrors, children } = props;
  const property = schema as unknown as Property;
  if (schema.type === "object") return children;
  const file = isFile(property);
  const long = property["x-ui"].widget === "text" && (property.maxLength ?? LONG) >= LONG;
  return (
    <Field
      id={id}
      label={label}
      required={required}
      help={schema.description}
      errors={rawErrors}
      wide={file || long}
      group={file}
    >
      {children}
    </Field>
  );
}

export function ObjectFieldTemplate(props: ObjectFieldTemplateProps<Values, RJSFSchema, FormContext>) {
  const { t } = useTranslation();
  const { properties, registry } = props;
  const { schema, unfolded } = registry.formContext;
  const content = new Map(properties.map((property) => [property.name, property.content]));
  const { parts, advanced } = names(schema);
  return (
    <>
      {parts.map(({ title, names }) => (
        <Part key={names.join()} title={title} fields={names.map((name) => content.get(name))} />
      ))}
      {advanced.length > 0 && (
        <Advanced unfolded={unfolded}>
          <summary>
            {t("field.advanced")} <span className="dim">{t("field.advanced_note", { count: advanced.length })}</span>
          </summary>
          <div className="fields">{advanced.map((name) => content.get(name))}</div>
        </Advanced>
      )}
    </>
  );
}

/** Folded until somebody unfolds it, or something in it is wrong; then it stays open. */
function Advanced({ unfolded, children }: { unfolded: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (unfolded) setOpen(true);
  }, [unfolded]);
  return (
    <details className="fields-advanced" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      {children}
    </details>
  );
}

function Part({ title, fields }: { title?: string; fields: (ReactElement | undefined)[] }) {
  if (!title) return <div className="fields">{fields}</div>;
  return (
    <fieldset className="fields-group">
      <legend>{title}</legend>
      <div className="fields">{fields}</div>
    </fieldset>
  );
}
