/** What is known of machines beside an evaluation, which names them by id and name alone. */

import { useMemo } from "react";
import { hub, type Schema } from "../../api/client";
import type { Candidate } from "./rank";

type Machine = Schema<"Machine">;

export function useKnown() {
  const machines = hub.useQuery("get", "/api/v1/machines", { params: { query: { limit: 1000 } } });
  return useMemo(() => {
    const by = new Map<string, Machine>(machines.data?.items.map((machine) => [machine.id, machine]));
    return {
      /** Its center, and what that calls it. */
      about: (one: Candidate) => {
        const machine = by.get(one.machine);
        return [machine?.center_name, machine?.description.title].filter(Boolean).join(" · ");
      },
      /** The queues of all machines, or of one. */
      queues: (machine: string | undefined) => {
        const all = [...by.values()].filter((one) => !machine || one.id === machine || one.name === machine);
        return [...new Set(all.flatMap((one) => one.description.queues.map((queue) => queue.name)))].sort();
      },
    };
  }, [machines.data]);
}

export type Known = ReturnType<typeof useKnown>;
