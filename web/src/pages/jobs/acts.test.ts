import { describe, expect, it } from "vitest";
import { acts, can, costsWork, each } from "./acts";
import type { Job } from "./list";

const job = (base: string, state: string, deleted = false) => ({ base, state, deleted });
const open = (one: ReturnType<typeof job>) => acts.filter((act) => can[act](one));

describe("what can be done to a job", () => {
  it("follows from its state", () => {
    expect(open(job("pending", "queued"))).toEqual(["cancel"]);
    expect(open(job("running", "running"))).toEqual(["cancel"]);
    expect(open(job("running", "terminating"))).toEqual([]);
    expect(open(job("finished", "completed"))).toEqual(["delete"]);
    expect(open(job("failed", "failed"))).toEqual(["retry", "delete"]);
    expect(open(job("canceled", "canceled"))).toEqual(["retry", "delete"]);
    expect(open(job("failed", "failed", true))).toEqual(["restore"]);
  });

  it("is asked about first only where work would be lost", () => {
    expect(costsWork(job("pending", "queued"))).toBe(false);
    expect(costsWork(job("running", "running"))).toBe(true);
    expect(costsWork(job("running", "staging_out"))).toBe(false);
  });

  it("is done to all, few at a time, and tells which it was not done to", async () => {
    const jobs = Array.from({ length: 50 }, (_, number) => ({ id: String(number) }) as Job);
    let now = 0;
    let most = 0;
    const { done, failed } = await each(jobs, async (id) => {
      most = Math.max(most, ++now);
      await new Promise((later) => setTimeout(later, 0));
      now--;
      if (id === "7") throw new Error("no");
    });
    expect(done).toHaveLength(49);
    expect(failed.map(({ job: one }) => one.id)).toEqual(["7"]);
    expect(most).toBe(4);
  });
});
