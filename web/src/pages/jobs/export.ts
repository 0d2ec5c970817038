/** What is exported of a job; the names are those of the API, so that programs can rely on them. */

import type { Cell } from "../../ui/csv";
import type { Job } from "./list";

export const head = [
  "id",
  "name",
  "remark",
  "app",
  "machine",
  "state",
  "attempt",
  "account",
  "created_at",
  "changed_at",
  "ended_at",
];

export const line = (job: Job): Cell[] => [
  job.id,
  job.name,
  job.remark,
  job.app,
  job.machine_name,
  job.state,
  job.attempt,
  job.account,
  job.created_at,
  job.changed_at,
  job.ended_at,
];
