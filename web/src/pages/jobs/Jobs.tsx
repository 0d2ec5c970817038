/** One's jobs: live, filtered by what stands in the address, with what can be done to those that are picked. */

import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "../../ui/Empty";
import { Export } from "../../ui/Export";
import { Page } from "../../ui/Page";
import { ColumnMenu, useChoice } from "../../ui/table/choice";
import { useSelection } from "../../ui/table/selection";
import { Table } from "../../ui/table/Table";
import { BulkActions } from "./BulkActions";
import { spare, useColumns } from "./columns";
import { head, line } from "./export";
import { Filters } from "./Filters";
import type { Filter } from "./filter";
import { type Job, readJobs, useJobs } from "./list";

const idOf = (job: Job) => job.id;

export function Jobs() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/people/jobs" });
  const go = useNavigate();
  const list = useJobs(filter);
  const selection = useSelection();
  const choice = useChoice("jobs", useColumns(), spare);
  const picked = useMemo(() => list.rows?.filter((job) => selection.has(job.id)) ?? [], [list.rows, selection]);
  const change = (next: Filter) => {
    selection.clear();
    void go({ to: "/jobs", search: next });
  };
  return (
    <Page
      title={t("nav.jobs")}
      actions={
        <Link to="/apps" className="button primary">
          {t("jobs.run")}
        </Link>
      }
    >
      <Filters
        filter={filter}
        onChange={change}
        tools={
          <>
            <Export
              name="jobs"
              head={head}
              line={line}
              read={readJobs(filter, 1000)}
              disabled={!list.rows?.length}
              className="icon"
            />
            <ColumnMenu choice={choice} label={t("jobs.columns")} />
          </>
        }
      />
      <BulkActions jobs={picked} onDone={selection.clear} />
      <Table
        {...list}
        label={t("nav.jobs")}
        columns={choice.columns}
        id={idOf}
        selection={selection}
        empty={<Nothing filtered={Object.keys(filter).length > 0} onClear={() => change({})} />}
      />
    </Page>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  if (filtered)
    return (
      <Empty
        title={t("jobs.none_fit")}
        action={
          <button type="button" className="button" onClick={onClear}>
            {t("jobs.clear")}
          </button>
        }
      />
    );
  return (
    <Empty
      title={t("jobs.none")}
      text={t("jobs.none_text")}
      action={
        <Link to="/apps" className="button primary">
          {t("jobs.run")}
        </Link>
      }
    />
  );
}
