/** The inputs of a form, one for each kind of parameter. They read what the schema says beside its types from `x-ui`. */

import type { RJSFSchema, WidgetProps } from "@rjsf/utils";
import { Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { number } from "../../i18n/format";
import { FileInput } from "../files/FileInput";
import type { FormContext } from "./context";
import { described } from "./Field";
import type { Property, Values } from "./schema";

type Props = WidgetProps<Values, RJSFSchema, FormContext>;

const property = ({ name, registry }: Props) => registry.formContext.schema.properties[name] as Property;
const about = (props: Props) => described(props.id, props.rawErrors, props.schema.description);

function NumberWidget(props: Props) {
  const { id, value, onChange, onBlur, rawErrors } = props;
  const { minimum, maximum, type, "x-ui": hints } = property(props);
  return (
    <InputNumber
      id={id}
      className="field-number"
      value={value as number | null}
      // Bounds are told and not forced: a number that is out of range stays to be seen.
      step={hints.step ?? (type === "integer" ? 1 : undefined)}
      placeholder={span(minimum, maximum)}
      status={rawErrors?.length ? "error" : undefined}
      onChange={(next) => onChange(next ?? undefined)}
      onBlur={() => onBlur(id, value)}
      changeOnWheel={false}
      {...about(props)}
    />
  );
}

const span = (least?: number, most?: number) =>
  least === undefined || most === undefined ? undefined : `${number(least, 6)} – ${number(most, 6)}`;

function TextWidget(props: Props) {
  const { id, value, onChange, onBlur, rawErrors } = props;
  return (
    <Input
      id={id}
      value={(value as string) ?? ""}
      status={rawErrors?.length ? "error" : undefined}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
      onBlur={() => onBlur(id, value)}
      {...about(props)}
    />
  );
}

function SelectWidget(props: Props) {
  const { t } = useTranslation();
  const { id, value, onChange, onBlur, rawErrors, required } = props;
  const { enum: values = [], "x-ui": hints } = property(props);
  return (
    <Select
      id={id}
      value={(value as string) ?? undefined}
      allowClear={!required}
      showSearch={values.length > 8 ? { optionFilterProp: "label" } : false}
      placeholder={t("field.choose")}
      status={rawErrors?.length ? "error" : undefined}
      options={values.map((one, index) => ({ value: one, label: hints.labels?.[index] ?? one }))}
      onChange={(next) => onChange(next)}
      onBlur={() => onBlur(id, value)}
      {...about(props)}
    />
  );
}

function SwitchWidget(props: Props) {
  const { t } = useTranslation();
  const { id, value, onChange } = props;
  return (
    <span className="field-switch">
      <Switch id={id} checked={value === true} onChange={(next) => onChange(next)} {...about(props)} />
      <span className="dim" aria-hidden>
        {t(value === true ? "field.on" : "field.off")}
      </span>
    </span>
  );
}

function FileWidget(props: Props) {
  const { id, name, value, onChange, rawErrors, registry } = props;
  const one = property(props);
  const many = one["x-ui"].widget === "files";
  const files = (Array.isArray(value) ? value : value ? [value] : []) as string[];
  const set = (next: string[]) => onChange(many ? next : next.at(-1));
  return (
    <FileInput
      id={id}
      parameter={name}
      place={registry.formContext.place}
      here={registry.formContext.here}
      files={files}
      limits={{ most: many ? (one.maxItems ?? 1000) : 1, size: one["x-ui"].maxSize, endings: one["x-ui"].accept ?? [] }}
      wrong={Boolean(rawErrors?.length)}
      onChange={set}
      onArrived={(file) => registry.formContext.arrived(name, file)}
      {...about(props)}
    />
  );
}

export const widgets = {
  number: NumberWidget,
  text: TextWidget,
  select: SelectWidget,
  switch: SwitchWidget,
  file: FileWidget,
  files: FileWidget,
};
