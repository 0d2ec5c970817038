/** The line below a job's name: which app, where, since when, its id, and the note on it. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { When } from "../../../ui/When";
import { Remark } from "../Remark";
import type { Whole } from "./record";

export function About({ job }: { job: Whole }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="about">
        <span>
          <Link to="/apps/$app" params={{ app: job.app }}>
            {job.app}
          </Link>{" "}
          {job.version}
        </span>
        {job.machine_name && (
          <Link to="/machines/$machine" params={{ machine: job.machine_name }}>
            {job.machine_name}
          </Link>
        )}
        <span>
          {t("jobs.created")} <When at={job.created_at} />
        </span>
        <code>{job.id}</code>
      </div>
      <Remark job={job} empty={t("job.no_remark")} />
    </>
  );
}
