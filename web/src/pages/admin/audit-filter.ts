/** Which rows of the audit log a list shows; it stands in the address. */

export type AuditFilter = { actor?: string; action?: string; subject?: string; from?: string; to?: string };

const word = (value: unknown) => (typeof value === "string" && value.trim() ? value : undefined);

export function readAuditFilter(search: Record<string, unknown>): AuditFilter {
  const filter = {
    actor: word(search.actor),
    action: word(search.action),
    subject: word(search.subject),
    from: word(search.from),
    to: word(search.to),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
