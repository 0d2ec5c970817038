/** The filters of a list of jobs: class and span as chips, the rest behind a button. */

import { FilterOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Input } from "antd";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Chips } from "../../ui/Chips";
import { Loading } from "../../ui/Loading";
import { classes, type Filter, jobId, spans } from "./filter";

const Further = lazy(() => import("./Further").then(({ Further: it }) => ({ default: it })));

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
        <div className="jobs-tools">
          <Search name={filter.name} onName={(name) => set({ name })} />
          {tools}
        </div>
      </div>
      {open && (
        <Suspense fallback={<Loading lines={1} />}>
          <Further filter={filter} set={set} />
        </Suspense>
      )}
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

function clean(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
