import { describe, expect, it } from "vitest";
import { byScope, type Price } from "./price-list";

const price = (id: string, since: string, more: Partial<Price> = {}): Price => ({
  id,
  machine: "mac_1",
  machine_name: "lake",
  since,
  currency: "CNY",
  core_hour: 1,
  node_hour: 0,
  gpu_hour: 0,
  ...more,
});

describe("a list of prices", () => {
  it("shows the youngest edition of each machine, queue and account, with those before it", () => {
    const scopes = byScope([
      price("old", "2026-01-01T00:00:00Z"),
      price("gpu", "2026-02-01T00:00:00Z", { queue: "gpu" }),
      price("new", "2026-03-01T00:00:00Z"),
    ]);
    expect(scopes.map(({ now, before }) => [now.id, before.map((one) => one.id)])).toEqual([
      ["new", ["old"]],
      ["gpu", []],
    ]);
  });
});
