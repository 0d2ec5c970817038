/** Who did what: the audit log, filtered by what stands in the address. */

import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { usePages } from "../../api/pages";
import { dayOf } from "../../i18n/days";
import { moment } from "../../i18n/format";
import { Empty } from "../../ui/Empty";
import { Export } from "../../ui/Export";
import { Only } from "../../ui/Only";
import { Page } from "../../ui/Page";
import { may } from "../../ui/shell/nav";
import { type Column, Table } from "../../ui/table/Table";
import { When } from "../../ui/When";
import { AuditFilters } from "./AuditFilters";
import { head, line, readAudit } from "./audit";
import type { AuditFilter } from "./audit-filter";
import "./admin.css";

type Entry = Schema<"AuditEntry">;

export function Audit() {
  return (
    <Only who={may.administer}>
      <Shown />
    </Only>
  );
}

function Shown() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/people/admin/audit" });
  const go = useNavigate();
  const change = (search: AuditFilter) => void go({ to: "/admin/audit", search });
  const list = usePages(
    useMemo(() => ["get", "/api/v1/audit", filter], [filter]),
    readAudit(filter, 100),
  );
  return (
    <Page
      title={t("nav.audit")}
      sub={t("audit.sub")}
      actions={
        <Export
          name={`audit-${dayOf(Date.now())}`}
          head={head}
          line={line}
          read={readAudit(filter, 1000)}
          disabled={!list.rows?.length}
        />
      }
    >
      <AuditFilters filter={filter} onChange={change} />
      <Table
        {...list}
        label={t("nav.audit")}
        columns={useColumns(filter)}
        id={(entry) => entry.id}
        empty={
          <Empty
            title={t("audit.none")}
            text={t("audit.none_text")}
            action={
              <button type="button" className="button" onClick={() => change({})}>
                {t("audit.clear")}
              </button>
            }
          />
        }
      />
    </Page>
  );
}

function useColumns(filter: AuditFilter): Column<Entry>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const only = (change: AuditFilter, text: string) => (
      <Link to="/admin/audit" search={{ ...filter, ...change }} title={t("audit.only")} className="mono">
        {text}
      </Link>
    );
    return [
      {
        id: "action",
        title: t("audit.action"),
        main: true,
        cell: (entry) => only({ action: entry.action }, entry.action),
      },
      { id: "at", title: t("audit.at"), cell: (entry) => <When at={entry.at} /> },
      {
        id: "actor",
        title: t("audit.actor"),
        cell: (entry) => (
          <>
            {only({ actor: entry.actor }, entry.actor)}
            <div className="dim">{entry.address}</div>
          </>
        ),
      },
      {
        id: "subject",
        title: t("audit.subject"),
        wide: true,
        cell: (entry) => only({ subject: entry.subject }, entry.subject),
      },
      { id: "detail", title: t("audit.detail"), wide: true, cell: (entry) => <Detail entry={entry} /> },
    ];
  }, [t, filter]);
}

function Detail({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  return (
    <details className="audit-detail">
      <summary>{t("audit.show")}</summary>
      <pre>{JSON.stringify(entry.detail, null, 2)}</pre>
      <p className="dim">
        {moment(entry.at)}
        <br />
        <span className="mono">{entry.request}</span>
      </p>
      {entry.subject.startsWith("job_") && (
        <Link to="/jobs/$job" params={{ job: entry.subject }}>
          {t("audit.open_job")}
        </Link>
      )}
    </details>
  );
}
