/** The jobs of the overview, live: those that run, those that wait, and the last ones. */

import { useMemo } from "react";
import type { Filter } from "../jobs/filter";
import { useJobs } from "../jobs/list";

const RUNNING: Filter = { class: "running" };
const WAITING: Filter = { class: "queued" };
const LAST: Filter = {};

export function useOverviewJobs() {
  const running = useJobs(RUNNING, 100);
  const waiting = useJobs(WAITING, 100);
  const last = useJobs(LAST, 100);
  const all = useMemo(
    () => (running.rows && waiting.rows && last.rows ? [...running.rows, ...waiting.rows, ...last.rows] : undefined),
    [running.rows, waiting.rows, last.rows],
  );
  return {
    all,
    // A row may have moved on since its list was read.
    running: running.rows?.filter((job) => job.base === "running").length,
    waiting: waiting.rows?.filter((job) => job.base === "pending").length,
    more: running.more.has || waiting.more.has,
    error: running.error ?? waiting.error ?? last.error,
    retry: () => {
      for (const list of [running, waiting, last]) list.retry();
    },
  };
}
