/** What an attempt occupied and used, in the figures people compare. */

import type { Usage } from "../record";

export type Used = {
  /** Seconds from start to end. */
  seconds: number;
  coreHours: number;
  /** Of the time its cores were occupied, the part they computed; where it was measured. */
  busy: number | undefined;
};

export function used(usage: Pick<Usage, "started" | "ended" | "cores" | "cpu_time">): Used {
  const seconds = Math.max(0, (Date.parse(usage.ended) - Date.parse(usage.started)) / 1000);
  const occupied = seconds * usage.cores;
  // Processor time is told in whole seconds: of a shorter run it says nothing.
  const busy = usage.cpu_time !== null && occupied >= 10 ? Math.min(1, usage.cpu_time / occupied) : undefined;
  return { seconds, coreHours: occupied / 3600, busy };
}
