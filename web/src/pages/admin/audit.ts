/** The audit log as it is read, filtered and taken along. */

import { api, type Schema } from "../../api/client";
import type { PageOf, Read } from "../../api/pages";
import type { paths } from "../../api/schema";
import { midnight } from "../../i18n/days";
import type { Cell } from "../../ui/csv";
import type { AuditFilter } from "./audit-filter";

type Entry = Schema<"AuditEntry">;
type Query = NonNullable<paths["/api/v1/audit"]["get"]["parameters"]["query"]>;

/** The question to the hub; both days belong to what is asked. */
export function question({ actor, action, subject, from, to }: AuditFilter): Query {
  return {
    actor,
    action,
    subject,
    since: from && midnight(from),
    until: to && midnight(to, 1),
  };
}

export const readAudit =
  (filter: AuditFilter, limit: number): Read<Entry> =>
  async (after, signal) => {
    const query = { ...question(filter), limit, after };
    const { data } = await api.GET("/api/v1/audit", { params: { query }, signal });
    return data as PageOf<Entry>;
  };

export const head = ["at", "actor", "address", "action", "subject", "detail", "request", "id"];

export const line = (entry: Entry): Cell[] => [
  entry.at,
  entry.actor,
  entry.address,
  entry.action,
  entry.subject,
  JSON.stringify(entry.detail),
  entry.request,
  entry.id,
];
