import { describe, expect, it } from "vitest";
import { condition, queueUse, type Reading, usedShare, waiting } from "./load";

const reading = {
  cores: { total: 100, idle: 30, allocated: 60, unavailable: 10 },
  queues: [
    {
      name: "a",
      state: "production",
      running: 1,
      waiting: 2,
      idle_cores: 10,
      waiting_core_seconds: 0,
      running_core_seconds: 0,
    },
    {
      name: "b",
      state: "closed",
      running: 0,
      waiting: 3,
      idle_cores: 0,
      waiting_core_seconds: 0,
      running_core_seconds: 0,
    },
  ],
} as unknown as Reading;

describe("a machine's reading", () => {
  it("counts the jobs of all queues", () => {
    expect(waiting(reading)).toBe(5);
  });

  it("measures use by the cores that are in service", () => {
    expect(usedShare(reading)).toBeCloseTo(60 / 90);
    expect(usedShare({ cores: { total: 4, idle: 0, allocated: 0, unavailable: 4 } })).toBeNull();
  });

  it("takes what is not free of a queue as used", () => {
    expect(queueUse(40, reading.queues[0])).toEqual({ used: 30, share: 0.75 });
    expect(queueUse(0, undefined)).toEqual({ used: 0, share: 0 });
  });
});

describe("a machine's condition", () => {
  const machine = { enabled: true, connected: true, stale: false, reading };

  it("is the worst of what holds", () => {
    expect(condition(machine)).toBe("ready");
    expect(condition({ ...machine, stale: true })).toBe("stale");
    expect(condition({ ...machine, reading: null })).toBe("unread");
    expect(condition({ ...machine, connected: false, stale: true })).toBe("away");
    expect(condition({ ...machine, connected: false, enabled: false })).toBe("disabled");
  });
});
