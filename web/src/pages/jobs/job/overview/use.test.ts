import { expect, it } from "vitest";
import { total } from "./costs";
import { used } from "./use";

const started = "2026-11-27T10:00:00Z";

it("counts core-hours from start to end over all cores, and the part of them that computed", () => {
  const usage = { started, ended: "2026-11-27T11:00:00Z", cores: 4, cpu_time: 7200 };
  expect(used(usage)).toEqual({ seconds: 3600, coreHours: 4, busy: 0.5 });
});

it("says nothing of the processor time of a run that was too short or was not measured", () => {
  expect(used({ started, ended: "2026-11-27T10:00:01Z", cores: 1, cpu_time: 1 }).busy).toBeUndefined();
  expect(used({ started, ended: "2026-11-27T11:00:00Z", cores: 1, cpu_time: null }).busy).toBeUndefined();
});

it("sums what an account paid over all lines of a job", () => {
  const line = (micros: number) => ({ sum: { micros, currency: "CNY" } }) as Parameters<typeof total>[0][number];
  expect(total([line(-500), line(-250), line(100)])).toEqual({ micros: 650, currency: "CNY" });
  expect(total([])).toBeUndefined();
});
