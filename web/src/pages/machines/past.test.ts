import { describe, expect, it } from "vitest";
import type { Reading } from "./load";
import { past, since } from "./past";

const moment = (at: string, allocated: number) => ({
  at,
  reading: {
    cores: { total: 10, idle: 10 - allocated, allocated, unavailable: 0 },
    queues: [{ running: 1, waiting: allocated }],
  } as unknown as Reading,
});

describe("a machine's past", () => {
  it("has a gap where the machine was not read for more than two steps", () => {
    const seen = past([
      moment("2026-11-27T09:00:00Z", 1),
      moment("2026-11-27T09:05:00Z", 2),
      moment("2026-11-27T10:00:00Z", 5),
    ]);
    expect(seen.used).toEqual([0.1, 0.2, null, 0.5]);
    expect(seen.waiting).toEqual([1, 2, null, 5]);
    expect(seen.times).toHaveLength(4);
  });

  it("begins on a whole step", () => {
    expect(since("day", Date.parse("2026-11-27T09:07:31Z"))).toBe(Date.parse("2026-11-26T09:05:00Z"));
  });
});
