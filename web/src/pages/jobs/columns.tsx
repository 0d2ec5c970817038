/** The columns of a list of jobs. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { JobState } from "../../ui/State";
import type { Column } from "../../ui/table/Table";
import { When } from "../../ui/When";
import { JobActions } from "./JobActions";
import type { Job } from "./list";
import { Remark } from "./Remark";
import { Took } from "./Took";
import "./jobs.css";

/** Hidden until somebody wants them. */
export const spare = ["id", "attempt", "changed"] as const;

export function useColumns(): Column<Job>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "name",
        title: t("jobs.job"),
        main: true,
        cell: (job) => (
          <>
            <Link to="/jobs/$job" params={{ job: job.id }}>
              {job.name}
            </Link>
            <Remark job={job} />
          </>
        ),
      },
      { id: "app", title: t("jobs.app"), cell: (job) => job.app },
      { id: "machine", title: t("jobs.machine"), cell: (job) => job.machine_name ?? "–" },
      { id: "state", title: t("jobs.state"), cell: (job) => <JobState job={job} /> },
      { id: "created", title: t("jobs.created"), numeric: true, cell: (job) => <When at={job.created_at} /> },
      { id: "changed", title: t("jobs.changed"), numeric: true, cell: (job) => <When at={job.changed_at} /> },
      { id: "took", title: t("jobs.took"), numeric: true, cell: (job) => <Took job={job} /> },
      { id: "attempt", title: t("jobs.attempt"), numeric: true, cell: (job) => job.attempt },
      { id: "id", title: t("jobs.id"), cell: (job) => <span className="mono">{job.id}</span> },
      { id: "actions", title: t("jobs.actions"), numeric: true, cell: (job) => <JobActions job={job} /> },
    ],
    [t],
  );
}
