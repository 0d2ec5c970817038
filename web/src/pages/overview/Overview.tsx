/** Where one starts: what matters now, one's jobs, money and machines, and what is new. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useUser } from "../../api/session";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { useMachines } from "../machines/data";
import { useOverviewJobs } from "./data";
import { FirstSteps } from "./FirstSteps";
import { Jobs } from "./Jobs";
import { MachinesNow } from "./MachinesNow";
import { News } from "./News";
import { partOf } from "./rows";
import { Standing } from "./Standing";
import { useSentence } from "./useSentence";
import "./overview.css";

export function Overview() {
  const { t } = useTranslation();
  const user = useUser();
  const jobs = useOverviewJobs();
  const name = user?.display_name || user?.name || "";
  const sentence = useSentence(jobs.all && { running: jobs.running ?? 0, waiting: jobs.waiting ?? 0 });
  const fresh = jobs.all?.length === 0;
  // Asked for with the jobs, and shown below them: they are not to push it away.
  useMachines();
  return (
    <Page
      title={t(`overview.greeting.${partOf(new Date().getHours())}`, { name })}
      sub={fresh ? t("overview.welcome") : (sentence ?? "\u00a0")}
      actions={
        !fresh && (
          <Link to="/apps" className="button primary">
            {t("jobs.run")}
          </Link>
        )
      }
    >
      <Standing running={jobs.running} waiting={jobs.waiting} more={jobs.more} />
      {!jobs.all && (jobs.error ? <ErrorView error={jobs.error} retry={jobs.retry} small /> : <Loading lines={6} />)}
      {jobs.all && (fresh ? <FirstSteps /> : <Jobs jobs={jobs.all} />)}
      {(jobs.all || jobs.error) && (
        <div className="split">
          <MachinesNow />
          {jobs.all && !fresh && <News jobs={jobs.all} user={user?.id ?? ""} />}
        </div>
      )}
    </Page>
  );
}
