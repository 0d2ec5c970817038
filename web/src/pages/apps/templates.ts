/** A person's saved forms of an app, and the last job of it. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, hub, stream } from "../../api/client";
import { useUser } from "../../api/session";
import type { Request } from "./draft";

export type Template = { id: string; app: string; name: string; request: Request; created_at: string };

const PATH = "/api/v1/templates";
const JSON_HEADERS = { "content-type": "application/json" };

export function useTemplates(app: string, open: boolean) {
  const enabled = Boolean(useUser()) && open;
  const queries = useQueryClient();
  const key = ["get", PATH, app];
  const query = useQuery({
    queryKey: key,
    enabled,
    retry: false,
    queryFn: async ({ signal }) => {
      const answer = await stream(`${PATH}?app=${encodeURIComponent(app)}`, { signal });
      return ((await answer.json()) as { items: Template[] }).items;
    },
  });
  const anew = () => queries.invalidateQueries({ queryKey: key });
  return {
    list: query.data,
    error: query.error,
    retry: () => void query.refetch(),
    async save(name: string, request: Request) {
      await stream(PATH, { method: "POST", headers: JSON_HEADERS, body: JSON.stringify({ name, request }) });
      await anew();
    },
    async remove(template: Template) {
      await stream(`${PATH}/${encodeURIComponent(template.id)}`, { method: "DELETE" });
      await anew();
    },
  };
}

/** The id of the last job of this app, for who has one. */
export function useLastJob(app: string) {
  const enabled = Boolean(useUser());
  const jobs = hub.useQuery("get", "/api/v1/jobs", { params: { query: { app, limit: 1 } } }, { enabled });
  return jobs.data?.items[0]?.id;
}

/** What this job was asked with. */
export async function requestOf(job: string): Promise<Request> {
  const { data } = await api.GET("/api/v1/jobs/{job}", { params: { path: { job } } });
  return (data as { request: Request }).request;
}
