/** The columns of a list of jobs. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { span } from "../../i18n/format";
import { JobState } from "../../ui/State";
import type { Column } from "../../ui/table/Table";
import { When } from "../../ui/When";
import { JobActions } from "./JobActions";
import type { Job } from "./list";

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
            <div className="dim">{job.remark || <span className="mono">{job.id}</span>}</div>
          </>
        ),
      },
      { id: "app", title: t("jobs.app"), cell: (job) => job.app },
      { id: "machine", title: t("jobs.machine"), cell: (job) => job.machine_name ?? "–" },
      { id: "state", title: t("jobs.state"), cell: (job) => <JobState job={job} /> },
      { id: "created", title: t("jobs.created"), numeric: true, cell: (job) => <When at={job.created_at} /> },
      { id: "took", title: t("jobs.took"), numeric: true, cell: (job) => <Took job={job} /> },
      { id: "actions", title: t("jobs.actions"), numeric: true, cell: (job) => <JobActions job={job} /> },
    ],
    [t],
  );
}

/** From the wish to its end. */
function Took({ job }: { job: Job }) {
  if (!job.ended_at) return <When at={job.created_at} relative />;
  return <>{span((Date.parse(job.ended_at) - Date.parse(job.created_at)) / 1000)}</>;
}
