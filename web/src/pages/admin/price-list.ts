/** Prices by what they hold for: the one in force, and those before it. */

import type { Schema } from "../../api/client";

export type Price = Schema<"Price">;

const subject = (price: Price) => `${price.machine} ${price.queue ?? ""} ${price.account ?? ""}`;

export type Priced = { now: Price; before: Price[] };

/** One entry for each machine, queue and account, the youngest edition first; general ones before particular ones. */
export function byScope(prices: Price[]): Priced[] {
  const scopes = new Map<string, Price[]>();
  for (const price of prices) scopes.set(subject(price), [...(scopes.get(subject(price)) ?? []), price]);
  return [...scopes.values()]
    .map((editions) => editions.toSorted((a, b) => b.since.localeCompare(a.since)))
    .map(([now, ...before]) => ({ now: now as Price, before }))
    .sort((a, b) => order(a.now).localeCompare(order(b.now)));
}

export const inForce = (prices: Price[]) => byScope(prices).map((scope) => scope.now);

const order = (price: Price) => `${price.machine_name} ${price.machine} ${price.queue ?? ""} ${price.account ?? ""}`;

export const kinds = ["core_hour", "node_hour", "gpu_hour"] as const;
