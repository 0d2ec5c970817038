/** The time that matters in a job's state: how long it waits or runs, or how long it took; and why, where one would ask. */

import { useTranslation } from "react-i18next";
import { Elapsed } from "../../ui/Elapsed";
import { useNow } from "../../ui/now";
import { over } from "./acts";
import type { Job } from "./list";
import { Why } from "./Why";

/** Who waits longer than this asks why. */
export const LONG = 10 * 60_000;

export function Took({ job }: { job: Job }) {
  const { t } = useTranslation();
  if (job.base === "failed")
    return (
      <>
        <Elapsed from={job.created_at} to={job.ended_at} />
        <div className="dim">
          <Why job={job} text={t("jobs.failure")} />
        </div>
      </>
    );
  if (over(job)) return <Elapsed from={job.created_at} to={job.ended_at} />;
  if (job.base === "pending") return <Waiting job={job} />;
  return (
    <>
      <Elapsed from={job.state === "running" ? job.changed_at : job.created_at} />
      <div className="dim">{job.state === "running" ? t("jobs.runs") : t("jobs.since_created")}</div>
    </>
  );
}

function Waiting({ job }: { job: Job }) {
  const { t } = useTranslation();
  const long = useNow() - Date.parse(job.created_at) > LONG;
  return (
    <>
      <Elapsed from={job.created_at} />
      <div className="dim">{long ? <Why job={job} text={t("jobs.waits_why")} /> : t("jobs.waits")}</div>
    </>
  );
}
