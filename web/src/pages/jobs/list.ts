/** Pages of jobs from the hub, with what events have told since laid over them. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { api, type Schema } from "../../api/client";
import { type Read, usePages } from "../../api/pages";
import { newest, onArrival, useLive } from "../../live/live";
import { type Filter, question } from "./filter";

export type Job = Schema<"Job">;
const PAGE = 100;
/** However many events arrive, a list is read anew at most this often for each page of it that is shown. */
const CALM = 500;

export const readJobs =
  (filter: Filter, limit: number): Read<Job> =>
  async (after, signal) => {
    const query = { ...question(filter), limit, after };
    const { data } = await api.GET("/api/v1/jobs", { params: { query }, signal });
    return data as Schema<"Page_Job">;
  };

export function useJobs(filter: Filter, limit = PAGE) {
  const key = useMemo(() => ["get", "/api/v1/jobs", filter, limit], [filter, limit]);
  const list = usePages(key, readJobs(filter, limit));
  const version = useLive();
  const rows = useMemo(() => {
    void version;
    return list.rows?.map(newest);
  }, [list.rows, version]);
  useFollow(key, rows, Math.ceil((rows?.length ?? 1) / limit) || 1);
  return { ...list, rows };
}

/** Reads the list anew when a job came to it, or may have left it. */
function useFollow(key: readonly unknown[], rows: Job[] | undefined, pages: number) {
  const queries = useQueryClient();
  const known = useRef(new Map<string, string>());
  useEffect(() => {
    known.current = new Map(rows?.map((job) => [job.id, job.base]));
  }, [rows]);
  useEffect(() => {
    let timer: number | undefined;
    const end = onArrival((event) => {
      const same = event !== "reset" && known.current.get(event.job.id) === event.job.base && !event.job.deleted;
      if (same || timer) return;
      timer = window.setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: key });
      }, CALM * pages);
    });
    return () => {
      end();
      // What was waited for is not forgotten when the number of pages changes.
      if (timer) void queries.invalidateQueries({ queryKey: key });
      window.clearTimeout(timer);
    };
  }, [key, pages, queries]);
}
