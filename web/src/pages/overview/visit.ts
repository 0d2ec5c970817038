/** When a person looked last, kept on this device, so that the overview can say what is new since. */

type Kept = Pick<Storage, "getItem" | "setItem">;

/** A look that is this long past begins a new visit. */
const BREAK = 30 * 60_000;
/** Without any visit before: what is new is what happened within this time. */
const FIRST = 24 * 3_600_000;

/**
 * The moment the last visit ended. Reading the page again within the same visit gives the same moment, so that what was new
 * stays new until the person has been away.
 */
export function lastVisit(user: string, now: number, kept: Kept): number {
  const read = (name: string) => Number(kept.getItem(`tieline.${name}.${user}`)) || 0;
  const seen = read("seen");
  const since = !seen ? now - FIRST : now - seen > BREAK ? seen : read("since") || now - FIRST;
  kept.setItem(`tieline.since.${user}`, String(since));
  kept.setItem(`tieline.seen.${user}`, String(now));
  return since;
}
