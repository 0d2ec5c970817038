import { expect, it } from "vitest";
import { lastVisit } from "./visit";

const minute = 60_000;

function device() {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  return (now: number, user = "usr_1") => lastVisit(user, now, storage);
}

it("a first visit shows the last day", () => {
  const look = device();
  expect(look(2_000_000_000_000)).toBe(2_000_000_000_000 - 24 * 60 * minute);
});

it("what was new stays new while one looks, and is old after one was away", () => {
  const look = device();
  const first = 2_000_000_000_000;
  const since = look(first);
  expect(look(first + 5 * minute)).toBe(since);
  expect(look(first + 25 * minute)).toBe(since);
  const next = first + 120 * minute;
  expect(look(next)).toBe(first + 25 * minute);
  expect(look(next + minute)).toBe(first + 25 * minute);
});

it("two people at one device have their own visits", () => {
  const look = device();
  look(2_000_000_000_000, "usr_1");
  expect(look(2_000_000_000_000 + minute, "usr_2")).toBeLessThan(2_000_000_000_000);
});
