/** Changes a job's name or remark; lists and the job's page show it before the next event comes. */

import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, type Schema } from "../../api/client";
import { revise } from "../../live/live";

export function useUpdate(job: string) {
  const queries = useQueryClient();
  return useCallback(
    async (body: Schema<"UpdateJob">) => {
      const { data } = await api.PATCH("/api/v1/jobs/{job}", { params: { path: { job } }, body });
      if (!data) return;
      const { name, remark } = data;
      const changed = <J extends { id: string }>(one: J) => (one.id === job ? { ...one, name, remark } : one);
      revise(job, changed);
      queries.setQueriesData<InfiniteData<Schema<"Page_Job">>>(
        { queryKey: ["get", "/api/v1/jobs"] },
        (list) => list && { ...list, pages: list.pages.map((page) => ({ ...page, items: page.items.map(changed) })) },
      );
      queries.setQueriesData<Schema<"JobDetail">>({ queryKey: ["get", "/api/v1/jobs/{job}"] }, (one) =>
        one ? changed(one) : one,
      );
    },
    [job, queries],
  );
}
