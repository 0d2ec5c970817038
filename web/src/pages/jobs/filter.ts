/** Which jobs a list shows: it stands in the address, so that a list can be kept and sent. */

import type { paths } from "../../api/schema";
import { midnight } from "../../i18n/days";

type Query = NonNullable<paths["/api/v1/jobs"]["get"]["parameters"]["query"]>;

export const classes = ["queued", "running", "finished", "failed", "canceled", "deleted"] as const;
export type Class = (typeof classes)[number];
export const spans = ["day", "week", "month"] as const;
export type Span = (typeof spans)[number];

export type Filter = {
  /** None means all that were not put away. */
  class?: Class;
  span?: Span;
  /** Days, as `2026-11-27`; both ends belong to it. */
  from?: string;
  to?: string;
  app?: string;
  machine?: string;
  name?: string;
};

const one = <T extends string>(all: readonly T[], value: unknown) => all.find((word) => word === value);
const word = (value: unknown) =>
  typeof value === "string" && value.trim() ? value : typeof value === "number" ? String(value) : undefined;
const date = (value: unknown) => (typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined);

/** Reads what stands in the address; what makes no sense is left out. */
export function readFilter(search: Record<string, unknown>): Filter {
  const filter: Filter = {
    class: one(classes, search.class),
    span: one(spans, search.span),
    from: date(search.from),
    to: date(search.to),
    app: word(search.app),
    machine: word(search.machine),
    name: word(search.name),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

const days: Record<Span, number> = { day: 1, week: 7, month: 30 };

/** The question to the hub. A span begins on a whole minute, so that the same list is the same question for a while. */
export function question(filter: Filter, now = Date.now()): Query {
  const query: Query = { app: filter.app, machine: filter.machine, name: filter.name };
  if (filter.class === "deleted") query.deleted = true;
  else if (filter.class === "queued") query.base = "pending";
  else if (filter.class) query.base = filter.class;
  if (filter.span)
    query.since = new Date(Math.floor((now - days[filter.span] * 86_400_000) / 60_000) * 60_000).toISOString();
  if (filter.from) query.since = midnight(filter.from);
  if (filter.to) query.until = midnight(filter.to, 1);
  return query;
}

/** The job that is meant, where what somebody typed is an id in full. */
export function jobId(typed: string): string | undefined {
  const id = typed.trim().toLowerCase();
  return /^job_[0-9a-hjkmnp-tv-z]{26}$/.test(id) ? id : undefined;
}
