/** A machine's past as lines of a chart: a gap where it was not read. */

import type { Schema } from "../../api/client";
import { running, usedShare, waiting } from "./load";

type Moment = Schema<"Moment">;

/** One reading is kept for each of these, in seconds. */
const STEP = 300;

export const reaches = ["day", "week", "month"] as const;
export type Reach = (typeof reaches)[number];
const days: Record<Reach, number> = { day: 1, week: 7, month: 30 };

/** From when a reach begins, on a whole step, so that the same chart is the same question for a while. */
export function since(reach: Reach, now: number) {
  return (Math.floor(now / 1000 / STEP) * STEP - days[reach] * 86_400) * 1000;
}

export type Past = { times: number[]; used: (number | null)[]; waiting: (number | null)[]; running: (number | null)[] };

export function past(moments: Moment[]): Past {
  const past: Past = { times: [], used: [], waiting: [], running: [] };
  const add = (time: number, used: number | null, wait: number | null, run: number | null) => {
    past.times.push(time);
    past.used.push(used);
    past.waiting.push(wait);
    past.running.push(run);
  };
  for (const { at, reading } of moments) {
    const time = Date.parse(at) / 1000;
    const before = past.times.at(-1);
    if (before !== undefined && time - before > 2 * STEP) add(before + STEP, null, null, null);
    add(time, usedShare(reading), waiting(reading), running(reading));
  }
  return past;
}
