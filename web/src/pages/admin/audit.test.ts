import { expect, it } from "vitest";
import { question } from "./audit";
import { readAuditFilter } from "./audit-filter";

it("days in the address ask for whole local days, both ends included", () => {
  const asked = question({ actor: "alice", from: "2026-11-26", to: "2026-11-27" });
  expect(asked.since).toBe(new Date(2026, 10, 26).toISOString());
  expect(asked.until).toBe(new Date(2026, 10, 28).toISOString());
  expect(asked.actor).toBe("alice");
});

it("what makes no sense in the address is left out", () => {
  expect(readAuditFilter({ actor: " ", action: 5, from: "yesterday", to: "2026-11-27", subject: "job_1" })).toEqual({
    to: "2026-11-27",
    subject: "job_1",
  });
});
