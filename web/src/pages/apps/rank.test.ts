/** The order of machines, and who is among them. */

import { describe, expect, it } from "vitest";
import { type Candidate, chosenBy, fits, ranked, unavailable } from "./rank";

const machine = (name: string, wait: number | null, micros: number | undefined, eligible = true): Candidate => ({
  machine: `mac_${name}`,
  name,
  center: "ctr_1",
  eligible,
  expected_wait_s: wait,
  cost: micros === undefined ? null : { micros, currency: "CNY" },
  reasons: [],
  chosen: false,
});

const all = [
  machine("slow", 600, 1),
  machine("dear", 0, 9),
  machine("unknown", null, 5),
  machine("cheap", 0, 2),
  machine("off", null, undefined, false),
];
const names = (list: Candidate[]) => list.map((one) => one.name);

describe("machines", () => {
  it("stand by expected start, of equal ones the cheapest first, and the unknown last", () => {
    expect(names(ranked(all, "start"))).toEqual(["cheap", "dear", "slow", "unknown"]);
  });

  it("stand by price when that is asked for", () => {
    expect(names(ranked(all, "price"))).toEqual(["slow", "cheap", "unknown", "dear"]);
  });

  it("that cannot take the job stand apart", () => {
    expect(names(unavailable(all))).toEqual(["off"]);
  });

  it("are found by their name and by their id, as a request may hold either", () => {
    expect(chosenBy(all, "mac_slow")?.name).toBe("slow");
    expect(chosenBy(all, "slow")?.name).toBe("slow");
    expect(chosenBy(all, undefined)).toBeUndefined();
  });

  it("fit a search when every word of it is found", () => {
    expect(fits("lake cpu", ["Lake", "queue CPU"])).toBe(true);
    expect(fits("lake gpu", ["Lake", "queue CPU", null])).toBe(false);
  });
});
