/** The parameters of an app as its author described them, drawn by react-jsonschema-form with our own parts. */

// The package as a whole also brings a validator that makes code from text, which the pages may not run.
import RjsfForm from "@rjsf/core/lib/components/Form.js";
import type { RJSFSchema, UiSchema } from "@rjsf/utils";
import { useMemo } from "react";
import type { FormContext } from "./context";
import { drawn, type FormSchema, ordered, type Values } from "./schema";
import { FieldTemplate, ObjectFieldTemplate } from "./templates";
import { type Complaints, errorSchema, validator } from "./validator";
import { widgets } from "./widgets";

type Parameters = {
  schema: FormSchema;
  values: Values;
  /** What is wrong, shown at the fields. */
  wrong: Complaints;
  context: Omit<FormContext, "schema" | "unfolded">;
  onChange: (next: Values) => void;
  /** A field has been left. */
  onLeave: (parameter: string) => void;
};

const templates = { FieldTemplate, ObjectFieldTemplate };
const PREFIX = "param";

/** The id of a parameter's input. */
export const inputId = (parameter: string) => `${PREFIX}_${parameter}`;

export function Parameters({ schema, values, wrong, context, onChange, onLeave }: Parameters) {
  const shape = useMemo(() => drawn(schema) as RJSFSchema, [schema]);
  const look = useMemo(() => widgetOf(schema), [schema]);
  const unfolded = ordered(schema).some((name) => wrong[name] && schema.properties[name]?.["x-ui"].advanced);
  return (
    <RjsfForm<Values, RJSFSchema, FormContext>
      tagName="div"
      idPrefix={PREFIX}
      schema={shape}
      uiSchema={look}
      formData={values}
      formContext={{ ...context, schema, unfolded }}
      extraErrors={errorSchema(wrong)}
      validator={validator as never}
      templates={templates}
      widgets={widgets}
      noHtml5Validate
      noValidate
      showErrorList={false}
      onChange={({ formData }) => onChange(formData ?? {})}
      onBlur={(id) => onLeave(id.slice(PREFIX.length + 1))}
    />
  );
}

function widgetOf(schema: FormSchema): UiSchema<Values, RJSFSchema, FormContext> {
  const widget = (name: string) => [name, { "ui:widget": schema.properties[name]?.["x-ui"].widget }];
  // The page around it submits.
  return { ...Object.fromEntries(ordered(schema).map(widget)), "ui:submitButtonOptions": { norender: true } };
}
