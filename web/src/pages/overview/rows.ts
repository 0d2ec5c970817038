/** Which jobs the overview shows: those under way first, then the last ones. */

import type { Job } from "../jobs/list";

export const active = (job: Job) => job.base === "running" || job.base === "pending";

const rank: Record<string, number> = { running: 0, pending: 1 };

/** At most so many, the running first, then the waiting, then the newest of the others; none twice. */
export function pick(jobs: Job[], most: number): Job[] {
  const known = new Map(jobs.map((job) => [job.id, job]));
  const order = (job: Job) => rank[job.base] ?? 2;
  return [...known.values()]
    .filter((job) => !job.deleted)
    .sort((a, b) => order(a) - order(b) || b.created_at.localeCompare(a.created_at))
    .slice(0, most);
}

/** What ended since a moment, the newest end first. */
export function ended(jobs: Job[], since: number): Job[] {
  return [...new Map(jobs.map((job) => [job.id, job])).values()]
    .filter((job) => !job.deleted && (job.base === "finished" || job.base === "failed"))
    .filter((job) => job.ended_at && Date.parse(job.ended_at) > since)
    .sort((a, b) => (b.ended_at ?? "").localeCompare(a.ended_at ?? ""));
}

export type Part = "night" | "morning" | "afternoon" | "evening";

export function partOf(hour: number): Part {
  if (hour < 5) return "night";
  if (hour < 12) return "morning";
  return hour < 18 ? "afternoon" : "evening";
}
