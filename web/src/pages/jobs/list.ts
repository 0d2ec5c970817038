/** Pages of jobs from the hub, with what events have told since laid over them. */

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, type Schema } from "../../api/client";
import { newest, onArrival, useLive } from "../../live/live";
import { type Filter, question } from "./filter";

export type Job = Schema<"Job">;
const PAGE = 100;
/** However many events arrive, a list is read anew at most this often. */
const CALM = 1500;

export function useJobs(filter: Filter, limit = PAGE) {
  const key = useMemo(() => ["get", "/api/v1/jobs", "pages", filter, limit], [filter, limit]);
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...question(filter), limit, after: pageParam };
      const { data } = await api.GET("/api/v1/jobs", { params: { query }, signal });
      return data as Schema<"Page_Job">;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    maxPages: 1000,
  });
  const version = useLive();
  const rows = useMemo(() => {
    void version;
    return pages.data?.pages.flatMap((page) => page.items).map(newest);
  }, [pages.data, version]);
  useFollow(key, rows);
  return { ...pages, rows };
}

/** Reads the list anew when a job came to it, or may have left it. */
function useFollow(key: readonly unknown[], rows: Job[] | undefined) {
  const queries = useQueryClient();
  const known = useMemo(() => new Map(rows?.map((job) => [job.id, job.base])), [rows]);
  useEffect(() => {
    let timer: number | undefined;
    const end = onArrival((event) => {
      const same = event !== "reset" && known.get(event.job.id) === event.job.base && !event.job.deleted;
      if (same || timer) return;
      timer = window.setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: key });
      }, CALM / 3);
    });
    return () => {
      end();
      window.clearTimeout(timer);
    };
  }, [key, known, queries]);
}
