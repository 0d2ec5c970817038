/** The filters of the audit log. */

import { DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { actions } from "./actions";
import { type AuditFilter, readAuditFilter } from "./audit-filter";

export function AuditFilters({ filter, onChange }: { filter: AuditFilter; onChange: (next: AuditFilter) => void }) {
  const { t } = useTranslation();
  const set = (change: AuditFilter) => onChange(readAuditFilter({ ...filter, ...change }));
  const day = (at: string | undefined) => (at ? dayjs(at) : null);
  return (
    <div className="table-tools audit-tools">
      {(["actor", "subject"] as const).map((field) => (
        <Input.Search
          key={`${field} ${filter[field]}`}
          allowClear
          placeholder={t(`audit.${field}`)}
          aria-label={t(`audit.${field}`)}
          defaultValue={filter[field]}
          onSearch={(value) => set({ [field]: value })}
        />
      ))}
      <Select
        allowClear
        showSearch
        placeholder={t("audit.action")}
        aria-label={t("audit.action")}
        value={filter.action}
        options={actions.map((action) => ({ value: action, label: action }))}
        onChange={(action) => set({ action })}
      />
      <DatePicker.RangePicker
        allowEmpty={[true, true]}
        placeholder={[t("audit.from"), t("audit.to")]}
        value={[day(filter.from), day(filter.to)]}
        onChange={(dates) => set({ from: dates?.[0]?.format("YYYY-MM-DD"), to: dates?.[1]?.format("YYYY-MM-DD") })}
      />
      {Object.keys(filter).length > 0 && (
        <button type="button" className="button" onClick={() => onChange({})}>
          {t("audit.clear")}
        </button>
      )}
    </div>
  );
}
