/** What is recommended: the package's own check of the machine that would be taken goes before its manifest's general word. */

import type { Schema } from "../../api/client";
import type { Wanted } from "./draft";
import { chosenBy } from "./rank";

export type Advised = {
  wanted: Pick<Wanted, "nodes" | "cores" | "gpus" | "memory" | "time" | "queue">;
  reason: string;
  /** The machine that was asked about; none for what holds everywhere. */
  machine?: string;
};

type Answer = Pick<Schema<"CheckAnswer">, "candidates" | "recommended">;

export function advised(answer: Answer | undefined, pinned: string | undefined) {
  const all = answer?.candidates ?? [];
  const place = chosenBy(all, pinned) ?? all.find((one) => one.chosen);
  const said = place?.advice;
  return {
    recommended: (place && own(place)) ?? general(answer?.recommended),
    warnings: (said?.warnings ?? []).map((warning) => warning.message),
    output: said?.output_bytes ?? undefined,
  };
}

function own(place: Schema<"Candidate">): Advised | undefined {
  const best = place.advice?.suggestions[0];
  if (!best) return undefined;
  const wanted: Advised["wanted"] = { nodes: best.nodes, cores: best.cores };
  if (best.gpus) wanted.gpus = best.gpus;
  // The form asks for GiB.
  if (best.memory_mib) wanted.memory = best.memory_mib / 1024;
  if (best.time_s) wanted.time = best.time_s;
  if (best.queue) wanted.queue = best.queue;
  return { wanted, reason: best.reason, machine: place.name };
}

function general(best: Answer["recommended"]): Advised | undefined {
  return best
    ? { wanted: { nodes: best.nodes, cores: best.cores, time: best.time_s }, reason: best.reason }
    : undefined;
}
