/** Jobs as a table for spreadsheets. */

import type { Job } from "./list";

/** A cell that a spreadsheet would take for a formula is text here, and no cell can end early. */
function cell(value: string | number) {
  const text = String(value);
  const tame = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

export const csv = (rows: (string | number)[][]) => rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");

type Field = (job: Job) => string | number;

/** What is exported, in this order; the names are those of the API, so that programs can rely on them. */
const fields: Record<string, Field> = {
  id: (job) => job.id,
  name: (job) => job.name,
  remark: (job) => job.remark,
  app: (job) => job.app,
  machine: (job) => job.machine_name ?? "",
  state: (job) => job.state,
  attempt: (job) => job.attempt,
  account: (job) => job.account,
  created_at: (job) => job.created_at,
  changed_at: (job) => job.changed_at,
  ended_at: (job) => job.ended_at ?? "",
};

export const jobsCsv = (jobs: Job[]) =>
  csv([Object.keys(fields), ...jobs.map((job) => Object.values(fields).map((field) => field(job)))]);
