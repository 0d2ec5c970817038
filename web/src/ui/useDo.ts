/** Does one thing at the hub: reads anew what it changed, says that it is done and offers to take it back, or says why not. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { paths } from "../api/schema";
import { because } from "./explain";
import type { Say } from "./Spoken";
import { useDone } from "./useDone";
import { useSorry } from "./useSorry";

type Told = {
  /** What is read anew. */
  stale: (keyof paths)[];
  done?: Say;
  /** What takes it back, where something can. */
  undo?: () => Promise<unknown>;
};

export function useDo() {
  const queries = useQueryClient();
  const say = useDone();
  const sorry = useSorry();
  return useCallback(
    async function act(work: () => Promise<unknown>, { stale, done, undo }: Told): Promise<boolean> {
      try {
        await work();
      } catch (error) {
        sorry(
          (t) => t("do.failed"),
          () => because(error),
        );
        return false;
      } finally {
        for (const path of stale) void queries.invalidateQueries({ queryKey: ["get", path] });
      }
      if (!done) return true;
      say(done, undo && (() => void act(undo, { stale, done: (t) => t("do.undone") })));
      return true;
    },
    [queries, say, sorry],
  );
}
