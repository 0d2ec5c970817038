import { describe, expect, it } from "vitest";
import type { Job } from "../jobs/list";
import { ended, partOf, pick } from "./rows";

const job = (id: string, base: string, created: string, ended_at?: string, deleted = false) =>
  ({ id, base, created_at: created, ended_at, deleted }) as unknown as Job;

describe("the jobs of the overview", () => {
  it("are the running, then the waiting, then the newest, none twice and none that is put away", () => {
    const rows = pick(
      [
        job("done-new", "finished", "2026-11-27T09"),
        job("run", "running", "2026-11-20T09"),
        job("run", "running", "2026-11-20T09"),
        job("done-old", "failed", "2026-11-26T09"),
        job("wait", "pending", "2026-11-27T08"),
        job("away", "finished", "2026-11-27T10", undefined, true),
      ],
      3,
    );
    expect(rows.map((one) => one.id)).toEqual(["run", "wait", "done-new"]);
  });

  it("are new when they ended since, whenever they began", () => {
    const rows = ended(
      [
        job("a", "finished", "2026-11-01T00:00:00Z", "2026-11-27T09:00:00Z"),
        job("b", "failed", "2026-11-27T00:00:00Z", "2026-11-27T10:00:00Z"),
        job("c", "finished", "2026-11-27T00:00:00Z", "2026-11-27T07:00:00Z"),
        job("d", "canceled", "2026-11-27T00:00:00Z", "2026-11-27T10:00:00Z"),
      ],
      Date.parse("2026-11-27T08:00:00Z"),
    );
    expect(rows.map((one) => one.id)).toEqual(["b", "a"]);
  });
});

it("the day is greeted by its part", () => {
  expect([3, 5, 11, 12, 17, 18, 23].map(partOf)).toEqual([
    "night",
    "morning",
    "morning",
    "afternoon",
    "afternoon",
    "evening",
    "evening",
  ]);
});
