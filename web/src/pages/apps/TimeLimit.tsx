/** How long a job may run: a number and its unit. */

import { InputNumber, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { described, Field } from "../../ui/form/Field";
import { type Unit, unitOf, units } from "./resources";

type TimeLimit = {
  id: string;
  /** Seconds. */
  value: number | undefined;
  /** What it gets when nothing is said. */
  usual: number | undefined;
  errors?: string[];
  onChange: (seconds: number | undefined) => void;
  onLeave: () => void;
};

/** What the hub gives a job when neither its owner nor its app says a time. */
const USUAL = 3600;

export function TimeLimit({ id, value, usual = USUAL, errors, onChange, onLeave }: TimeLimit) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Unit>();
  // A unit that was chosen stays while the number fits it; what comes from elsewhere brings its own.
  const unit = chosen ?? unitOf(value ?? usual);
  const size = units[unit];
  const shown = (seconds: number) => Math.round((seconds / size) * 1000) / 1000;
  return (
    <Field id={id} label={t("app.time")} errors={errors} help={t("app.time_help")}>
      <Space.Compact block>
        <InputNumber
          id={id}
          style={{ width: "100%" }}
          value={value === undefined ? null : shown(value)}
          placeholder={String(shown(usual))}
          status={errors ? "error" : undefined}
          changeOnWheel={false}
          onChange={(next) => {
            setChosen(unit);
            onChange(next === null ? undefined : Math.round(next * size));
          }}
          onBlur={onLeave}
          {...described(id, errors, true)}
        />
        <Select
          aria-label={t("app.unit")}
          style={{ width: 104, flex: "none" }}
          value={unit}
          options={(Object.keys(units) as Unit[]).map((one) => ({ value: one, label: t(`app.units.${one}`) }))}
          onChange={(next) => {
            setChosen(next);
            if (value !== undefined) onChange(Math.round(shown(value) * units[next]));
          }}
        />
      </Space.Compact>
    </Field>
  );
}
