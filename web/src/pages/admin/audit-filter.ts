/** Which rows of the audit log a list shows; it stands in the address. */

export type AuditFilter = { actor?: string; action?: string; subject?: string; from?: string; to?: string };

const word = (value: unknown) => (typeof value === "string" && value.trim() ? value.trim() : undefined);
const date = (value: unknown) =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;

export function readAuditFilter(search: Record<string, unknown>): AuditFilter {
  const filter = {
    actor: word(search.actor),
    action: word(search.action),
    subject: word(search.subject),
    from: date(search.from),
    to: date(search.to),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
