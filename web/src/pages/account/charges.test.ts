import { describe, expect, it } from "vitest";
import { csv } from "../../ui/csv";
import { byDay, type Charge, head, line, type Measured, seconds } from "./charges";

const charge = (kind: string, micros: number, at: string, more: Partial<Charge> = {}): Charge => ({
  id: "chg_1",
  kind,
  sum: { micros, currency: "CNY" },
  reason: "the job ended",
  at,
  ...more,
});
const noon = new Date(2026, 10, 27, 12).getTime();
const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();

describe("spending by day", () => {
  it("has every day, the local one, and takes refunds off but leaves top-ups out", () => {
    const days = byDay(
      [
        charge("charge", -500, at(27, 0)),
        charge("refund", 200, at(27, 23)),
        charge("top_up", 10_000, at(27, 1)),
        charge("charge", -70, at(25, 23)),
        charge("charge", -9, at(1, 5)),
        charge("charge", -1, at(27, 5), { sum: { micros: -1, currency: "EUR" } }),
      ],
      "CNY",
      3,
      noon,
    );
    expect(days).toEqual([
      { day: "2026-11-25", micros: 70 },
      { day: "2026-11-26", micros: 0 },
      { day: "2026-11-27", micros: 300 },
    ]);
  });
});

describe("an exported charge", () => {
  const usage: Measured = {
    started: "2026-11-27T08:00:00Z",
    ended: "2026-11-27T08:30:00Z",
    nodes: 1,
    cores: 4,
    gpus: 0,
    evidence: "accounting",
  };
  it("holds its job, its usage and its sum as a number", () => {
    const row = line(
      charge("charge", -12_500_000, "2026-11-27T08:30:01Z", { attempt: { job: "job_1", number: 2 }, usage }),
    );
    expect(row).toHaveLength(head.length);
    expect(csv([row])).toContain("charge,-12.5,CNY,job_1,2,2026-11-27T08:00:00Z,2026-11-27T08:30:00Z,1,4,0,accounting");
  });

  it("tells how long it ran, and never less than nothing", () => {
    expect(seconds(usage)).toBe(1800);
    expect(seconds({ ...usage, ended: "2026-11-27T07:00:00Z" })).toBe(0);
  });
});
