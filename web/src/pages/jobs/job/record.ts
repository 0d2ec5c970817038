/**
 * A job as its page reads it. The contract leaves open what a state, a sight, a usage and a fact carry, because that grows;
 * here stands what the pages know of them, after `domain/model/src/job`.
 */

import type { Schema } from "../../../api/client";

export type Evidence = "accounting" | "queue_row" | "bracket" | "sentinel" | "gateway" | "hub";

export type Exit = { started: string | null; ended: string } & (
  | { how: "code" | "signal"; value: number }
  | { how: "other"; value: string }
  | { how: "canceled" | "timed_out" | "out_of_memory" | "node_failed" }
);

/** Times are seconds of processor time and MiB of memory, where they were measured. */
export type Usage = {
  started: string;
  ended: string;
  nodes: number;
  cores: number;
  gpus: number;
  cpu_time: number | null;
  peak_memory_mib: number | null;
  evidence: Evidence;
};

export type Actor = { by: "user"; id: string } | { by: "platform" } | { by: "center" };
export type Phase = "check" | "place" | "stage_in" | "submit" | "queue" | "run" | "stage_out" | "lost";

export type Sight =
  | { sight: "queued"; reason: string | null; expected: string | null }
  | { sight: "held"; reason: string | null }
  | { sight: "running"; started: string; nodes: string[] }
  | { sight: "suspended"; started: string }
  | { sight: "requeued" };

export type Detail = { phase?: Phase; reason?: string; by?: Actor; exit?: Exit; since?: string };

export type Fact =
  | { fact: "created" | "check_started" | "stage_in_started" | "submit_started" | "stage_out_started" }
  | { fact: "finished" | "canceled" | "purged" }
  | { fact: "placed"; machine: string; queue: string | null; reason: string }
  | { fact: "staged_in"; folder: string; bytes: number }
  | { fact: "sighted"; native: string; sight: Sight; evidence: Evidence }
  | { fact: "vanished"; since: string }
  | { fact: "ended"; native: string | null; exit: Exit; usage: Usage | null; evidence: Evidence }
  | { fact: "usage_known"; usage: Usage }
  | { fact: "failed"; phase: Phase; reason: string; hint: string | null }
  | { fact: "cancel_requested"; by: Actor; reason: string | null };

/** A step that has just been made may come before the record of it: the next reading brings it. */
export type Step = Omit<Schema<"Transition">, "evidence"> & { evidence: Fact | null };
export type Attempt = Omit<Schema<"Attempt">, "detail" | "sight" | "usage" | "transitions"> & {
  detail: Detail;
  sight: Sight | null;
  usage: Usage | null;
  transitions: Step[];
};
export type Request = Omit<Schema<"CreateJob">, "params" | "files"> & {
  params?: Record<string, unknown>;
  files?: Record<string, string[]>;
};
export type Whole = Schema<"Job"> &
  Pick<Schema<"JobDetail">, "app_version" | "version" | "last_seen_at"> & { request: Request; attempts: Attempt[] };

/** The hub's answer, with what the contract leaves open read as above. */
export const whole = (answer: Schema<"JobDetail">) => answer as unknown as Whole;

/** How an attempt's program ended, if it came so far. */
export function exitOf(attempt: Attempt): Exit | undefined {
  const ended = attempt.transitions.map((step) => step.evidence).findLast((fact) => fact?.fact === "ended");
  return ended?.fact === "ended" ? ended.exit : attempt.detail.exit;
}
