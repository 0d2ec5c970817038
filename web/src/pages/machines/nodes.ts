/** Nodes for a map: what the scheduler's words for their states come to. */

import type { Schema } from "../../api/client";

export type Node = Schema<"Node">;
export const kinds = ["free", "partly", "full", "away"] as const;
export type Kind = (typeof kinds)[number];

/** Slurm's words for nodes that take no jobs, also in combinations such as `idle+drain` and with its marks such as `down*`. */
const away =
  /down|drain|fail|maint|reboot|power|reserved|resv|unknown|no_respond|noresp|future|offline|inval|\*|[~#!%$@^]$/i;

export function kindOf(node: Node): Kind {
  if (away.test(node.state)) return "away";
  if (node.allocated <= 0) return "free";
  return node.allocated < node.cores ? "partly" : "full";
}

export function count(nodes: Node[]): Record<Kind, number> {
  const counts: Record<Kind, number> = { free: 0, partly: 0, full: 0, away: 0 };
  for (const node of nodes) counts[kindOf(node)] += 1;
  return counts;
}
