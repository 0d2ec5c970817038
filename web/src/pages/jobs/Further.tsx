/** The filters one needs now and then: app, machine and days. They bring a calendar, and are loaded when they are opened. */

import { DatePicker, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { text } from "../../i18n/format";
import type { Filter } from "./filter";

export function Further({ filter, set }: { filter: Filter; set: (change: Partial<Filter>) => void }) {
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
