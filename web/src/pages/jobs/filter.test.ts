import { describe, expect, it } from "vitest";
import { classes, type Filter, jobId, question, readFilter, spans } from "./filter";

const NOW = Date.parse("2026-11-27T10:30:41Z");

/** Every filter there can be, of these values. */
function* all(): Generator<Filter> {
  for (const one of [undefined, ...classes])
    for (const span of [undefined, ...spans])
      for (const app of [undefined, "lammps"])
        for (const machine of [undefined, "lake"])
          for (const name of [undefined, "melt & more"])
            for (const from of [undefined, "2026-11-01"])
              yield JSON.parse(JSON.stringify({ class: one, span, app, machine, name, from }));
}

describe("the filter of a list of jobs", () => {
  it("comes back from the address as it was put there", () => {
    for (const filter of all()) {
      const address = new URLSearchParams(filter as Record<string, string>);
      expect(readFilter(Object.fromEntries(address))).toEqual(filter);
    }
  });

  it("leaves out what makes no sense, and keeps the rest", () => {
    expect(readFilter({ class: "burning", span: "year", from: "yesterday", name: " ", app: "lammps", x: 1 })).toEqual({
      app: "lammps",
    });
    expect(readFilter({ name: 42 })).toEqual({ name: "42" });
  });

  it("asks the hub the same in whatever order its parts were chosen", () => {
    const one = readFilter({ class: "failed", app: "lammps", span: "week" });
    const other = readFilter({ span: "week", app: "lammps", class: "failed" });
    expect(question(one, NOW)).toEqual(question(other, NOW));
  });

  it("combines all its parts into one question", () => {
    const filter: Filter = { class: "queued", span: "day", app: "lammps", machine: "lake", name: "melt" };
    expect(question(filter, NOW)).toEqual({
      base: "pending",
      app: "lammps",
      machine: "lake",
      name: "melt",
      since: "2026-11-26T10:30:00.000Z",
    });
    expect(question({ class: "deleted" }, NOW)).toMatchObject({ deleted: true });
  });

  it("takes both of its days whole, in the person's own time", () => {
    const { since, until } = question({ from: "2026-11-01", to: "2026-11-02" }, NOW);
    expect(since).toBe(new Date("2026-11-01T00:00:00").toISOString());
    expect(Date.parse(until as string) - Date.parse(since as string)).toBe(2 * 86_400_000);
  });

  it("knows an id that is typed in full, and takes a part of one for a name", () => {
    expect(jobId(" JOB_01m8e5z9nhe00bn0d6qbqmnwyz ")).toBe("job_01m8e5z9nhe00bn0d6qbqmnwyz");
    for (const typed of ["job_01m8e5z9", "job_01m8e5z9nhe00bn0d6qbqmnwyz1", "job_01m8e5z9nhe00bn0d6qbqmnwyu", "melt"])
      expect(jobId(typed)).toBeUndefined();
  });
});
