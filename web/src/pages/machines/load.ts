/** What a reading of a machine says, in the few figures that pages show. */

import type { Schema } from "../../api/client";

export type Machine = Schema<"Machine">;
export type Reading = Schema<"MachineReading">;
type QueueLoad = Schema<"QueueLoad">;

export type Condition = "ready" | "disabled" | "away" | "stale" | "unread";

/** In which condition a machine is for those who want to calculate: the worst first. */
export function condition(machine: Pick<Machine, "enabled" | "connected" | "stale" | "reading">): Condition {
  if (!machine.enabled) return "disabled";
  if (!machine.connected) return "away";
  if (!machine.reading) return "unread";
  return machine.stale ? "stale" : "ready";
}

export const waiting = (reading: Pick<Reading, "queues">) => sum(reading.queues, (queue) => queue.waiting);
export const running = (reading: Pick<Reading, "queues">) => sum(reading.queues, (queue) => queue.running);

/** The share of the cores that are in service which is in use, 0 to 1; none where nothing is in service. */
export function usedShare(reading: Pick<Reading, "cores">): number | null {
  const there = reading.cores.total - reading.cores.unavailable;
  return there > 0 ? reading.cores.allocated / there : null;
}

/** Cores of a queue that its jobs or others' use, out of those behind it. */
export function queueUse(cores: number, load: QueueLoad | undefined) {
  const used = load ? Math.max(0, cores - load.idle_cores) : 0;
  return { used, share: cores > 0 ? used / cores : 0 };
}

/** About how long all of the queue would work off what waits, in seconds, if it took it one after the other. */
export function backlog(cores: number, load: Pick<QueueLoad, "waiting_core_seconds">) {
  return cores > 0 ? load.waiting_core_seconds / cores : 0;
}

function sum<T>(all: T[], value: (one: T) => number) {
  return all.reduce((total, one) => total + value(one), 0);
}
