/** The machines of an evaluation in the order and choice a person wants to see them. */

import type { Schema } from "../../api/client";

export type Candidate = Schema<"Candidate">;
export const orders = ["start", "price"] as const;
export type Order = (typeof orders)[number];

const START = (one: Candidate) => one.expected_wait_s ?? Number.POSITIVE_INFINITY;
const PRICE = (one: Candidate) => one.cost?.micros ?? Number.POSITIVE_INFINITY;

/** Those that can take it, the soonest or the cheapest first; what is equal by the other, then by name. */
export function ranked(candidates: Candidate[], order: Order): Candidate[] {
  const by = order === "start" ? [START, PRICE] : [PRICE, START];
  return candidates
    .filter((one) => one.eligible)
    .sort(
      (a, b) => by.map((key) => compare(key(a), key(b))).find((sign) => sign !== 0) ?? a.name.localeCompare(b.name),
    );
}

const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

export const unavailable = (candidates: Candidate[]) =>
  candidates.filter((one) => !one.eligible).sort((a, b) => a.name.localeCompare(b.name));

/** Whether every word of the search is in one of these texts. */
export function fits(search: string, texts: (string | null | undefined)[]): boolean {
  const all = texts.join("\n").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** The machine a person chose, by its name or id. */
export const chosenBy = (candidates: Candidate[], machine: string | undefined) =>
  machine === undefined ? undefined : candidates.find((one) => one.machine === machine || one.name === machine);
