/** What can be done to a job, and when. One place for lists, bulk actions and the job's page. */

import { api } from "../../api/client";
import type { Job } from "./list";

export const acts = ["cancel", "retry", "delete", "restore"] as const;
export type Act = (typeof acts)[number];
type Stated = Pick<Job, "base" | "state" | "deleted">;

/** Nothing can follow; only another attempt. */
export const over = (job: Pick<Job, "base">) =>
  job.base === "finished" || job.base === "failed" || job.base === "canceled";

/** Whether this may be done to this job now. */
export const can: Record<Act, (job: Stated) => boolean> = {
  cancel: (job) => !over(job) && job.state !== "terminating" && !job.deleted,
  retry: (job) => (job.base === "failed" || job.base === "canceled") && !job.deleted,
  delete: (job) => over(job) && !job.deleted,
  restore: (job) => job.deleted,
};

/** Whether ending it throws away what it has computed so far: then one is asked first. */
export const costsWork = (job: Stated) => job.base === "running" && !["executed", "staging_out"].includes(job.state);

export const calls: Record<Act, (job: string) => Promise<unknown>> = {
  cancel: (job) => api.POST("/api/v1/jobs/{job}/cancel", { params: { path: { job } }, body: {} }),
  retry: (job) => api.POST("/api/v1/jobs/{job}/retry", { params: { path: { job } } }),
  delete: (job) => api.DELETE("/api/v1/jobs/{job}", { params: { path: { job } } }),
  restore: (job) => api.POST("/api/v1/jobs/{job}/restore", { params: { path: { job } } }),
};

/** So many at once: a list of a thousand does not flood the hub. */
const AT_ONCE = 4;

/** Does it to all of these; gives those it was done to, and what went wrong with the others. */
export async function each(jobs: Job[], call: (job: string) => Promise<unknown>) {
  const waiting = [...jobs];
  const done: Job[] = [];
  const failed: { job: Job; error: unknown }[] = [];
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      try {
        await call(job.id);
        done.push(job);
      } catch (error) {
        failed.push({ job, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, jobs.length) }, worker));
  return { done, failed };
}
