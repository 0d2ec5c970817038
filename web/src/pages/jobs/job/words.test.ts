import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import en from "../../../strings/en";
import zh from "../../../strings/zh";
import type { Attempt, Exit, Fact } from "./record";
import { timeline } from "./timeline";
import { actorWords, exitWords, factWords, flat, nowWords, reasonWords } from "./words";

beforeAll(async () => {
  await i18next.init({
    lng: "en",
    resources: { en: { translation: en }, zh: { translation: zh } },
    interpolation: { escapeValue: false },
  });
});

const t = (() => i18next.t) as () => typeof i18next.t;
const at = "2026-11-27T09:39:20Z";
const step = (from: string, to: string, when: string, evidence: Fact, inferred = false) =>
  ({ from, to, at: when, inferred, fact: 1, by: "hub", evidence }) as Attempt["transitions"][number];
const attempt = (change: Partial<Attempt>) =>
  ({ number: 1, state: "queued", detail: {}, transitions: [], ...change }) as Attempt;

const facts: Fact[] = [
  { fact: "created" },
  { fact: "check_started" },
  { fact: "placed", machine: "mac_1", queue: null, reason: "the only one" },
  { fact: "stage_in_started" },
  { fact: "staged_in", folder: "/home/a", bytes: 1024 },
  { fact: "submit_started" },
  { fact: "sighted", native: "7", sight: { sight: "queued", reason: "Priority", expected: at }, evidence: "queue_row" },
  { fact: "sighted", native: "7", sight: { sight: "held", reason: null }, evidence: "queue_row" },
  {
    fact: "sighted",
    native: "7",
    sight: { sight: "running", started: at, nodes: ["n1", "n2"] },
    evidence: "queue_row",
  },
  { fact: "sighted", native: "7", sight: { sight: "suspended", started: at }, evidence: "queue_row" },
  { fact: "sighted", native: "7", sight: { sight: "requeued" }, evidence: "queue_row" },
  { fact: "vanished", since: at },
  {
    fact: "ended",
    native: "7",
    exit: { how: "timed_out", started: at, ended: at },
    usage: null,
    evidence: "accounting",
  },
  { fact: "stage_out_started" },
  { fact: "finished" },
  { fact: "failed", phase: "submit", reason: "no such queue", hint: "ask the center" },
  { fact: "cancel_requested", by: { by: "user", id: "usr_1" }, reason: "wrong input" },
  { fact: "canceled" },
  { fact: "purged" },
];

describe("the words for a job's records", () => {
  it.each(["en", "zh"])("say every fact as a sentence in %s, with its numbers", async (language) => {
    await i18next.changeLanguage(language);
    for (const fact of facts) {
      const words = factWords(t(), fact, "usr_1");
      expect(words).not.toMatch(/job\.|\{\{|undefined/);
      expect(words.length).toBeGreaterThan(3);
    }
    await i18next.changeLanguage("en");
  });

  it("name who did it, and the reader as themselves", () => {
    expect(actorWords(t(), { by: "user", id: "usr_1" }, "usr_1")).toBe("you");
    expect(actorWords(t(), { by: "user", id: "usr_2" }, "usr_1")).toBe("another person");
    expect(actorWords(t(), { by: "center" }, "usr_1")).toBe("the center");
  });

  it("say how a program ended and what helps", () => {
    const exit = (how: Partial<Exit>) => ({ started: at, ended: at, ...how }) as Exit;
    expect(exitWords(t(), exit({ how: "code", value: 0 }))).toBe("The program ended well.");
    expect(exitWords(t(), exit({ how: "code", value: 3 }))).toContain("exit code 3");
    expect(exitWords(t(), exit({ how: "out_of_memory" }))).toContain("Ask for more memory");
    expect(exitWords(t(), exit({ how: "other", value: "PREEMPTED" }))).toContain("PREEMPTED");
  });

  it("explain the scheduler's common words and keep its own others", () => {
    expect(reasonWords(t(), "Priority")).toBe("Priority (others come before it)");
    expect(reasonWords(t(), "QOSMaxJobs")).toBe("QOSMaxJobs");
  });

  it("say why a job waits, and nothing of one that simply runs", () => {
    const sight = { sight: "queued", reason: "Resources", expected: at } as const;
    expect(nowWords(t(), attempt({ native: "7", sight }))).toMatch(/as job 7.*free nodes.*expects to start it/);
    expect(nowWords(t(), attempt({ state: "checking" }))).toContain("looks for a machine");
    expect(nowWords(t(), attempt({ state: "running" }))).toBeUndefined();
  });

  it("lay a record out as names and values", () => {
    expect(flat({ fact: "sighted", sight: { nodes: ["a", "b"], started: null }, n: 0 })).toEqual([
      ["fact", "sighted"],
      ["sight.nodes", "a, b"],
      ["n", "0"],
    ]);
  });
});

describe("the history of an attempt", () => {
  const placed = facts[2] as Fact;
  it("begins with the wish, and each state lasts until the next began", () => {
    const steps = [
      step("created", "checking", "2026-11-27T09:39:21Z", placed, true),
      step("checking", "placed", "2026-11-27T09:39:25Z", placed),
    ];
    expect(
      timeline(attempt({ transitions: steps }), at).map(({ state, at: from, until }) => [state, from, until]),
    ).toEqual([
      ["created", at, "2026-11-27T09:39:21Z"],
      ["checking", "2026-11-27T09:39:21Z", "2026-11-27T09:39:25Z"],
      ["placed", "2026-11-27T09:39:25Z", undefined],
    ]);
  });

  it("of a later attempt does not begin with the first one's wish", () => {
    const steps = [step("created", "checking", "2026-11-28T01:00:00Z", placed)];
    expect(timeline(attempt({ number: 2, transitions: steps }), at)[0]?.at).toBe("2026-11-28T01:00:00Z");
  });

  it("of a job nothing happened to yet is the wish alone", () => {
    expect(timeline(attempt({}), at)).toEqual([{ state: "created", at }]);
  });
});
