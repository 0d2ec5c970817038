/** What moved an account's money, made ready to be shown, drawn and taken along. */

import type { Schema } from "../../api/client";
import { dayOf } from "../../i18n/days";
import type { Cell } from "../../ui/csv";
import type { Usage } from "../jobs/job/record";

/** What the API's description leaves open, as the hub sends it. */
export type Measured = Omit<Usage, "cpu_time" | "peak_memory_mib">;
export type Charge = Omit<Schema<"Charge">, "attempt" | "usage"> & {
  attempt?: { job: string; number: number } | null;
  usage?: Measured | null;
};

export const kinds = ["charge", "adjustment", "top_up", "refund"] as const;

export const seconds = (usage: Measured) => Math.max(0, (Date.parse(usage.ended) - Date.parse(usage.started)) / 1000);

export type Day = { day: string; micros: number };

/** Midnight of the first of so many days that end today. */
export function firstDay(days: number, now: number) {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days + 1).getTime();
}

/** What calculations cost on each of the last days in one currency, refunds and adjustments counted in; no top-ups. */
export function byDay(charges: Charge[], currency: string, days: number, now: number): Day[] {
  const spent = new Map<string, number>();
  for (const { kind, sum, at } of charges)
    if (kind !== "top_up" && sum.currency === currency) spent.set(dayOf(at), (spent.get(dayOf(at)) ?? 0) - sum.micros);
  const first = new Date(firstDay(days, now));
  return Array.from({ length: days }, (_, index) => {
    const day = dayOf(new Date(first.getFullYear(), first.getMonth(), first.getDate() + index).getTime());
    return { day, micros: spent.get(day) ?? 0 };
  });
}

/** The columns of an export. They are the same in every language, so that programs can read it. */
export const head = [
  "at",
  "id",
  "kind",
  "sum",
  "currency",
  "job",
  "attempt",
  "started",
  "ended",
  "nodes",
  "cores",
  "gpus",
  "evidence",
  "price",
  "reason",
];

export function line({ at, id, kind, sum, attempt, usage, price, reason }: Charge): Cell[] {
  return [
    at,
    id,
    kind,
    sum.micros / 1_000_000,
    sum.currency,
    attempt?.job,
    attempt?.number,
    usage?.started,
    usage?.ended,
    usage?.nodes,
    usage?.cores,
    usage?.gpus,
    usage?.evidence,
    price,
    reason,
  ];
}
