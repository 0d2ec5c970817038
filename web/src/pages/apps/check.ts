/**
 * What the hub would do with the form as it is: asked anew shortly after each change, while the last answer stays to be
 * seen. A question that is out of date is given up.
 */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { api, type Schema } from "../../api/client";
import type { Request } from "./draft";

export type CheckAnswer = Schema<"CheckAnswer">;

/** Typing is over when nothing changed for so long. */
const SETTLED = 120;
/** Loads and prices change while a form is open. */
const ANEW = 20_000;

export function useCheck(wish: Request, enabled: boolean) {
  // Which machine was chosen and what the job is called changes nothing for any other machine.
  const { machine: _, name: __, ...body } = wish;
  const key = useSettled(JSON.stringify(body));
  const query = useQuery({
    queryKey: ["check", key],
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 5000,
    refetchInterval: ANEW,
    queryFn: async ({ signal }) => {
      const asked = JSON.parse(key) as Request;
      const { data } = await api.POST("/api/v1/apps/{app}/check", {
        params: { path: { app: asked.app } },
        body: asked,
        signal,
      });
      return data as CheckAnswer;
    },
  });
  const judged = useRef<CheckAnswer>(undefined);
  if (query.data?.candidates.length) judged.current = query.data;
  const latest = query.data;
  return useMemo(
    () => ({
      latest,
      /** The last answer that judged machines. */
      judged: judged.current,
      /** Whether that is from before the last change, because something is wrong with the form now. */
      outdated: Boolean(latest?.errors.length && !latest.candidates.length && judged.current),
      error: query.error,
      retry: () => void query.refetch(),
      busy: query.isFetching,
    }),
    [latest, query.error, query.isFetching, query.refetch],
  );
}

export type Check = ReturnType<typeof useCheck>;

/** The value once it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), SETTLED);
    return () => window.clearTimeout(timer);
  }, [value]);
  return settled;
}
