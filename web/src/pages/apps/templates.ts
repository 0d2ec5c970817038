/** A person's saved forms of an app, and the last job of it. */

import type { QueryClient } from "@tanstack/react-query";
import { api, hub, type Schema } from "../../api/client";
import { useUser } from "../../api/session";
import type { Request } from "./draft";

export type Template = Schema<"Template">;

export const useTemplates = (app: string) => hub.useQuery("get", "/api/v1/templates", { params: { query: { app } } });

export const saveTemplate = (name: string, request: Request) =>
  api.POST("/api/v1/templates", { body: { name, request } });

export const removeTemplate = (template: string) =>
  api.DELETE("/api/v1/templates/{template}", { params: { path: { template } } });

const lastOf = (app: string) => ({ params: { query: { app, limit: 1 } } });

/** The id of the last job of this app, for who has one. */
export function useLastJob(app: string) {
  const enabled = Boolean(useUser());
  const jobs = hub.useQuery("get", "/api/v1/jobs", lastOf(app), { enabled });
  return jobs.data?.items[0]?.id;
}

/** What has just been submitted is the last one, before the hub is asked again. */
export function asLast(queries: QueryClient, job: Schema<"Job">) {
  const { queryKey } = hub.queryOptions("get", "/api/v1/jobs", lastOf(job.app));
  queries.setQueryData(queryKey, { items: [job], next: null });
}

/** What this job was asked with. */
export async function requestOf(job: string): Promise<Request> {
  const { data } = await api.GET("/api/v1/jobs/{job}", { params: { path: { job } } });
  return (data as { request: Request }).request;
}
