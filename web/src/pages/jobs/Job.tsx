/** A job's page: what it is, in what state, what can be done; below it its parts, each with an address of its own. */

import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../i18n/format";
import { Chips } from "../../ui/Chips";
import { EditText } from "../../ui/EditText";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { JobState, Tag } from "../../ui/State";
import { Tabs } from "../../ui/Tabs";
import { About } from "./job/About";
import { Acts } from "./job/Acts";
import { Overview } from "./job/overview/Overview";
import type { Attempt, Whole } from "./job/record";
import { useJob } from "./job/use-job";
import { tabs } from "./job/view";
import { useUpdate } from "./update";
import "./jobs.css";
import "./job/job.css";

const LogTab = lazy(() => import("./job/log/LogTab").then(({ LogTab: it }) => ({ default: it })));
const FilesTab = lazy(() => import("./job/files/FilesTab").then(({ FilesTab: it }) => ({ default: it })));
const ScriptsTab = lazy(() => import("./job/scripts/ScriptsTab").then(({ ScriptsTab: it }) => ({ default: it })));

export function JobPage() {
  const { t } = useTranslation();
  const { job: id } = useParams({ from: "/people/jobs/$job" });
  const { job, error, retry } = useJob(id);
  if (job) return <Known job={job} key={id} />;
  return (
    <Page title={t("jobs.job")} sub={<span className="mono">{id}</span>} up={{ to: "/jobs", text: t("nav.jobs") }}>
      {error ? <ErrorView error={error} retry={retry} /> : <Loading lines={8} />}
    </Page>
  );
}

function Known({ job }: { job: Whole }) {
  const { t } = useTranslation();
  const update = useUpdate(job.id);
  const view = useSearch({ from: "/people/jobs/$job" });
  const attempt = job.attempts.find((one) => one.number === view.attempt) ?? job.attempts.at(-1);
  const tab = view.tab ?? "overview";
  return (
    <Page
      title={job.name}
      heading={
        <EditText value={job.name} label={t("job.rename")} save={(name) => update({ name })}>
          <span>{job.name}</span>
        </EditText>
      }
      state={
        <>
          <JobState job={job} />
          {job.deleted && <Tag tone="off">{t("job.deleted")}</Tag>}
        </>
      }
      sub={<About job={job} />}
      up={{ to: "/jobs", text: t("nav.jobs") }}
      actions={<Acts job={job} />}
    >
      {job.last_seen_at && (
        <div className="banner" role="status">
          {t("job.stale", { when: moment(job.last_seen_at) })}
        </div>
      )}
      <Tabs label={t("job.parts")}>
        {tabs.map((one) => (
          <Link
            key={one}
            to="/jobs/$job"
            params={{ job: job.id }}
            search={{ tab: one === "overview" ? undefined : one, attempt: view.attempt }}
            activeOptions={{ exact: false, explicitUndefined: true }}
          >
            {t(`job.tabs.${one}`)}
          </Link>
        ))}
      </Tabs>
      {job.attempts.length > 1 && attempt && <Attempts job={job} attempt={attempt} />}
      {attempt && (
        <Suspense fallback={<Loading />}>
          {tab === "overview" && <Overview job={job} attempt={attempt} />}
          {tab === "log" && <LogTab job={job} attempt={attempt} />}
          {tab === "files" && <FilesTab job={job} attempt={attempt} />}
          {tab === "scripts" && <ScriptsTab job={job} attempt={attempt} />}
        </Suspense>
      )}
    </Page>
  );
}

/** Which try of the job is looked at. */
function Attempts({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { tab } = useSearch({ from: "/people/jobs/$job" });
  const latest = job.attempts.at(-1)?.number;
  return (
    <div className="table-tools">
      <span className="dim">{t("job.attempt")}</span>
      <Chips
        label={t("job.attempt")}
        options={job.attempts.map((one) => String(one.number))}
        value={String(attempt.number)}
        text={(one) => one}
        onChange={(one) => {
          const number = Number(one ?? attempt.number);
          void go({
            to: "/jobs/$job",
            params: { job: job.id },
            search: { tab, attempt: number === latest ? undefined : number },
          });
        }}
      />
    </div>
  );
}
