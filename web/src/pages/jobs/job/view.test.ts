import { expect, it } from "vitest";
import { readView } from "./view";

it("reads back from the address where in a job one was", () => {
  const view = { tab: "files", attempt: 2, file: "results/log.txt", line: 1204 };
  expect(readView(Object.fromEntries(Object.entries(view).map(([name, value]) => [name, String(value)])))).toEqual(
    view,
  );
});

it("shows the overview where the address makes no sense", () => {
  expect(readView({ tab: "engine", attempt: "x", line: -3, stream: "stdin", file: "" })).toEqual({});
});
