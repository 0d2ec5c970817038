/** What is asked of the machine: nodes, cores, memory, GPUs, time, queue; and who pays, and what the job is called. */

import { Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { described, Field } from "../../ui/form/Field";
import type { AppDetail } from "./App";
import type { Wanted } from "./draft";
import type { Known } from "./known";
import { Payer } from "./Payer";
import type { WantedWrong } from "./resources";
import { TimeLimit } from "./TimeLimit";

type Resources = {
  app: AppDetail;
  wanted: Wanted;
  machine: string | undefined;
  known: Known;
  wrong: WantedWrong;
  advice: Schema<"Recommended"> | null | undefined;
  onChange: (part: Partial<Wanted>) => void;
  onLeave: (field: keyof Wanted) => void;
};

/** The id of a resource's input. */
export const wantedId = (field: string) => `wanted_${field}`;

export function Resources({ app, wanted, machine, known, wrong, advice, onChange, onLeave }: Resources) {
  const { t } = useTranslation();
  const count = (field: "nodes" | "cores" | "memory" | "gpus", placeholder: string, help?: string) => (
    <Field id={wantedId(field)} label={t(`app.${field}`)} errors={wrong[field]} help={help}>
      <InputNumber
        id={wantedId(field)}
        className="field-number"
        value={wanted[field] ?? null}
        placeholder={placeholder}
        status={wrong[field] ? "error" : undefined}
        changeOnWheel={false}
        onChange={(next) => onChange({ [field]: next ?? undefined })}
        onBlur={() => onLeave(field)}
        {...described(wantedId(field), wrong[field], help)}
      />
    </Field>
  );
  const queues = known.queues(machine);
  const title = (version: Schema<"AppEdition">) =>
    version.current ? t("app.current_version", { version: version.version }) : version.version;
  return (
    <div className="fields">
      {count("nodes", "1")}
      {count("cores", advice ? String(advice.cores) : "1", t("app.cores_help"))}
      {count("memory", t("app.memory_default"))}
      {count("gpus", "0", t("app.gpus_help"))}
      <TimeLimit
        id={wantedId("time")}
        value={wanted.time}
        usual={advice?.time_s}
        errors={wrong.time}
        onChange={(time) => onChange({ time })}
        onLeave={() => onLeave("time")}
      />
      <Field id={wantedId("queue")} label={t("app.queue")} errors={wrong.queue}>
        <Select
          id={wantedId("queue")}
          allowClear
          showSearch={queues.length > 8}
          value={wanted.queue}
          placeholder={t("app.queue_any")}
          status={wrong.queue ? "error" : undefined}
          options={queues.map((queue) => ({ value: queue, label: queue }))}
          onChange={(queue) => onChange({ queue })}
          {...described(wantedId("queue"), wrong.queue, undefined)}
        />
      </Field>
      <Payer
        id={wantedId("account")}
        value={wanted.account}
        errors={wrong.account}
        onChange={(account) => onChange({ account })}
      />
      {app.versions.length > 1 && (
        <Field id={wantedId("version")} label={t("app.version")} errors={wrong.version}>
          <Select
            id={wantedId("version")}
            value={wanted.version ?? app.version}
            options={app.versions.map((one) => ({ value: one.version, label: title(one) }))}
            onChange={(version) => onChange({ version: version === app.version ? undefined : version })}
          />
        </Field>
      )}
      <Field id={wantedId("name")} label={t("app.name")} errors={wrong.name}>
        <Input
          id={wantedId("name")}
          value={wanted.name ?? ""}
          placeholder={app.app}
          autoComplete="off"
          status={wrong.name ? "error" : undefined}
          onChange={(event) => onChange({ name: event.target.value || undefined })}
          onBlur={() => onLeave("name")}
          {...described(wantedId("name"), wrong.name, undefined)}
        />
      </Field>
    </div>
  );
}
