/** An attempt's history as its page shows it: each state with when it began, how long it lasted, and how we know. */

import type { Attempt, Step } from "./record";

export type Entry = {
  /** The first entry is the wish itself, which no step led to. */
  state: string;
  at: string;
  /** When the next state began; none for the state it is in. */
  until?: string;
  step?: Step;
};

const pending = ["created", "checking", "placed", "staging_in", "ready", "submitting", "queued", "held", "requeued"];

/** Which of the five base states a state of an attempt's history belongs to. */
export function baseOf(state: string) {
  if (state === "completed") return "finished";
  if (state === "failed" || state === "canceled") return state;
  return pending.includes(state) ? "pending" : "running";
}

/**
 * The states an attempt went through, the first one first. `asked` is when the job was made; a later attempt was asked for
 * when its first step tells.
 */
export function timeline(attempt: Attempt, asked: string): Entry[] {
  const steps = attempt.transitions;
  const entries: Entry[] = [];
  const first = steps[0];
  if (!first || first.from === "created") {
    const at = attempt.number === 1 || !first ? asked : first.at;
    entries.push({ state: "created", at });
  }
  for (const step of steps) entries.push({ state: step.to, at: step.at, step });
  return entries.map((entry, index) => {
    const next = entries[index + 1];
    return next ? { ...entry, until: next.at } : entry;
  });
}
