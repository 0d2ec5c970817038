/** The filters of a list of jobs: class and span as chips, the rest behind a button. */

import { FilterOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { text } from "../../i18n/format";
import { Chips } from "../../ui/Chips";
import { classes, type Filter, jobId, spans } from "./filter";

type Filters = { filter: Filter; onChange: (next: Filter) => void; tools: ReactNode };

export function Filters({ filter, onChange, tools }: Filters) {
  const { t } = useTranslation();
  const further = Boolean(filter.app || filter.machine || filter.from || filter.to);
  const [open, setOpen] = useState(further);
  const set = (change: Partial<Filter>) => onChange(clean({ ...filter, ...change }));
  return (
    <>
      <div className="table-tools">
        <Chips
          label={t("jobs.class")}
          options={classes}
          value={filter.class}
          all={t("jobs.all")}
          text={(one) => t(`jobs.classes.${one}`)}
          onChange={(next) => set({ class: next })}
        />
        <Chips
          label={t("jobs.span")}
          options={spans}
          value={filter.span}
          text={(one) => t(`jobs.spans.${one}`)}
          onChange={(next) => set({ span: next, from: undefined, to: undefined })}
        />
        <button type="button" className="icon" aria-expanded={open} onClick={() => setOpen(!open)}>
          <FilterOutlined aria-hidden /> {t("jobs.more_filters")}
        </button>
        <Search name={filter.name} onName={(name) => set({ name })} />
        <div className="jobs-tools">{tools}</div>
      </div>
      {open && <Further filter={filter} set={set} />}
    </>
  );
}

/** Finds by a part of the name; an id in full leads to its job. */
function Search({ name, onName }: { name: string | undefined; onName: (name: string | undefined) => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const find = (typed: string) => {
    const job = jobId(typed);
    if (job) void go({ to: "/jobs/$job", params: { job } });
    else onName(typed.trim() || undefined);
  };
  return (
    <Input.Search
      key={name ?? ""}
      allowClear
      className="jobs-search"
      placeholder={t("jobs.name_or_id")}
      aria-label={t("jobs.name_or_id")}
      defaultValue={name}
      onSearch={find}
    />
  );
}

function Further({ filter, set }: { filter: Filter; set: (change: Partial<Filter>) => void }) {
  const { t } = useTranslation();
  const apps = hub.useQuery("get", "/api/v1/apps");
  const machines = hub.useQuery("get", "/api/v1/machines", { params: { query: { limit: 1000 } } });
  const range =
    filter.from || filter.to
      ? ([filter.from ? dayjs(filter.from) : null, filter.to ? dayjs(filter.to) : null] as const)
      : null;
  return (
    <div className="table-tools">
      <Select
        allowClear
        showSearch
        style={{ width: 180 }}
        placeholder={t("jobs.app")}
        aria-label={t("jobs.app")}
        value={filter.app}
        options={apps.data?.items.map((app) => ({ value: app.app, label: text(app.title) }))}
        onChange={(app) => set({ app })}
      />
      <Select
        allowClear
        showSearch
        style={{ width: 180 }}
        placeholder={t("jobs.machine")}
        aria-label={t("jobs.machine")}
        value={filter.machine}
        options={machines.data?.items.map((machine) => ({
          value: machine.name,
          label: machine.description.title || machine.name,
        }))}
        onChange={(machine) => set({ machine })}
      />
      <DatePicker.RangePicker
        allowEmpty={[true, true]}
        value={range as [dayjs.Dayjs | null, dayjs.Dayjs | null] | null}
        onChange={(dates) =>
          set({ span: undefined, from: dates?.[0]?.format("YYYY-MM-DD"), to: dates?.[1]?.format("YYYY-MM-DD") })
        }
      />
    </div>
  );
}

function clean(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
