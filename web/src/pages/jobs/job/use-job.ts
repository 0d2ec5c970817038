/** One job, live: what the hub answered, read anew when an event tells of it. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { hub } from "../../../api/client";
import { newest, onArrival, useLive } from "../../../live/live";
import { over } from "../acts";
import { type Whole, whole } from "./record";

/** Several events of one moment are one reading. */
const CALM = 150;
/** That a center went away is told by no event. */
const LOOK = 20_000;

export function useJob(id: string) {
  const params = { params: { path: { job: id } } };
  const asked = hub.useQuery("get", "/api/v1/jobs/{job}", params, {
    refetchInterval: ({ state }) => (state.data && !over(state.data) ? LOOK : false),
  });
  const version = useLive();
  useReading(id);
  const job = useMemo(() => {
    void version;
    return asked.data && (newest(whole(asked.data)) as Whole);
  }, [asked.data, version]);
  return { job, error: asked.error, retry: () => void asked.refetch() };
}

/** Reads anew everything of the job that is shown, when it changes. */
function useReading(id: string) {
  const queries = useQueryClient();
  useEffect(() => {
    let timer: number | undefined;
    const end = onArrival((event) => {
      if (timer || (event !== "reset" && event.job.id !== id)) return;
      timer = window.setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ predicate: ({ queryKey }) => tells(queryKey, id) });
      }, CALM);
    });
    return () => {
      end();
      window.clearTimeout(timer);
    };
  }, [id, queries]);
}

/** Whether a question to the hub is about this job. */
function tells([, path, init]: readonly unknown[], id: string) {
  const asked = init as { params?: { path?: { job?: string } } } | undefined;
  return typeof path === "string" && path.startsWith("/api/v1/jobs/{job}") && asked?.params?.path?.job === id;
}
