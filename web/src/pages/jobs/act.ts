/** What can be done to a job, and when. One place for lists, bulk actions and the job's page. */

import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { asFailure } from "../../api/failure";
import { explain } from "../../ui/explain";
import type { Job } from "./list";

export const acts = ["cancel", "retry", "delete", "restore"] as const;
export type Act = (typeof acts)[number];

const over = (job: Job) => job.base === "finished" || job.base === "failed" || job.base === "canceled";

/** Whether this may be done to this job now. */
export const can: Record<Act, (job: Job) => boolean> = {
  cancel: (job) => !over(job) && job.state !== "terminating" && !job.deleted,
  retry: (job) => (job.base === "failed" || job.base === "canceled") && !job.deleted,
  delete: (job) => over(job) && !job.deleted,
  restore: (job) => job.deleted,
};

const calls: Record<Act, (job: string) => Promise<unknown>> = {
  cancel: (job) => api.POST("/api/v1/jobs/{job}/cancel", { params: { path: { job } }, body: {} }),
  retry: (job) => api.POST("/api/v1/jobs/{job}/retry", { params: { path: { job } } }),
  delete: (job) => api.DELETE("/api/v1/jobs/{job}", { params: { path: { job } } }),
  restore: (job) => api.POST("/api/v1/jobs/{job}/restore", { params: { path: { job } } }),
};

/** So many at once: a list of a thousand does not flood the hub. */
const AT_ONCE = 4;

/** Does it to all of these, says how many it was done to, and why not to the others. Putting away can be undone. */
export function useAct() {
  const { t } = useTranslation();
  const { message, notification } = App.useApp();
  const queries = useQueryClient();
  return useCallback(
    async function act(what: Act, jobs: Job[]): Promise<void> {
      const waiting = [...jobs];
      const failures: string[] = [];
      const worker = async () => {
        for (let job = waiting.shift(); job; job = waiting.shift()) {
          try {
            await calls[what](job.id);
          } catch (error) {
            const failure = asFailure(error);
            failures.push(`${job.name}: ${failure.body ? explain(failure.body) : t("error.offline.text")}`);
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, jobs.length) }, worker));
      void queries.invalidateQueries({ queryKey: ["get", "/api/v1/jobs"] });
      void queries.invalidateQueries({ queryKey: ["get", "/api/v1/jobs/{job}"] });
      const done = jobs.length - failures.length;
      if (failures.length)
        notification.error({
          title: t("jobs.not_done", { count: failures.length }),
          description: failures.slice(0, 5).join("\n"),
        });
      if (done) message.success(t(`jobs.done.${what}`, { count: done }));
    },
    [t, message, notification, queries],
  );
}
