/**
 * Does something to jobs and says what came of it: to how many, and why not to the others. What was put away can be taken
 * back at once; before running work is lost one is asked, by name.
 */

import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { because } from "../../ui/explain";
import { Spoken } from "../../ui/Spoken";
import { useDone } from "../../ui/useDone";
import { useSorry } from "../../ui/useSorry";
import { type Act, calls, costsWork, each } from "./acts";
import type { Job } from "./list";

/** So many are named; of the rest their number is told. */
const NAMED = 5;

export function useAct() {
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const say = useDone();
  const sorry = useSorry();
  return useCallback(
    async function act(what: Act, jobs: Job[]): Promise<boolean> {
      if (what === "cancel") {
        const running = jobs.filter(costsWork);
        const sure =
          running.length === 0 ||
          (await modal.confirm({
            title: <Spoken say={(t) => t("jobs.cancel_title", { count: running.length })} />,
            content: <Names jobs={running} />,
            okText: <Spoken say={(t) => t("jobs.cancel_yes")} />,
            cancelText: <Spoken say={(t) => t("jobs.cancel_no")} />,
            okButtonProps: { danger: true },
            icon: null,
            maskClosable: true,
          }));
        if (!sure) return false;
      }
      const { done, failed } = await each(jobs, calls[what]);
      void queries.invalidateQueries({ queryKey: ["get", "/api/v1/jobs"] });
      void queries.invalidateQueries({ queryKey: ["get", "/api/v1/jobs/{job}"] });
      if (failed.length)
        sorry(
          (t) => t("jobs.not_done", { count: failed.length }),
          () => <Failures failed={failed} />,
        );
      if (done.length)
        say(
          (t) => t(`jobs.done.${what}`, { count: done.length }),
          what === "delete" ? () => void act("restore", done) : undefined,
        );
      return failed.length === 0;
    },
    [modal, queries, say, sorry],
  );
}

function Names({ jobs }: { jobs: Job[] }) {
  const { t } = useTranslation();
  return (
    <>
      <ul className="act-names">
        {jobs.slice(0, NAMED).map((job) => (
          <li key={job.id}>
            <b>{job.name}</b> {job.machine_name && <span className="dim">{job.machine_name}</span>}
          </li>
        ))}
        {jobs.length > NAMED && <li className="dim">{t("jobs.and_more", { count: jobs.length - NAMED })}</li>}
      </ul>
      <p className="dim">{t("jobs.cancel_text")}</p>
    </>
  );
}

function Failures({ failed }: { failed: { job: Job; error: unknown }[] }) {
  const { t } = useTranslation();
  return (
    <ul className="act-names">
      {failed.slice(0, NAMED).map(({ job, error }) => (
        <li key={job.id}>
          <b>{job.name}</b>: {because(error)}
        </li>
      ))}
      {failed.length > NAMED && <li className="dim">{t("jobs.and_more", { count: failed.length - NAMED })}</li>}
    </ul>
  );
}
