/** From a form to what the hub is asked, and back from a job or template to a form. */

import { defaults, type FormSchema, filled, isFile, type Values } from "../../ui/form/schema";
import type { Draft, Request, Wanted } from "./draft";

const MIB = 1024;

/** What the hub is asked with this form. Everything the form shows is said; what is empty is left to the hub. */
export function request(app: string, schema: FormSchema, draft: Draft): Request {
  const { wanted, machine } = draft;
  const params: Values = {};
  const files: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(filled(draft.params))) {
    const property = schema.properties[name];
    if (property && isFile(property)) files[name] = Array.isArray(value) ? (value as string[]) : [value as string];
    else params[name] = value;
  }
  const resources = {
    nodes: wanted.nodes,
    cores: wanted.cores,
    memory_mib: wanted.memory === undefined ? undefined : Math.round(wanted.memory * MIB),
    gpus: wanted.gpus,
    time_s: wanted.time,
  };
  const named = { version: wanted.version, queue: wanted.queue, account: wanted.account, name: wanted.name, machine };
  return { app, params: params as never, files: files as never, ...given(resources), ...given(named) };
}

/** The form that makes this request. Parameters the app no longer has are left out. */
export function draftOf(schema: FormSchema, asked: Request): Draft {
  const params: Values = { ...defaults(schema) };
  const files = (asked.files ?? {}) as Record<string, string[]>;
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = ((asked.params ?? {}) as Values)[name];
    if (property["x-ui"].widget === "files") params[name] = files[name] ?? [];
    else if (property["x-ui"].widget === "file") params[name] = files[name]?.[0];
    else if (value !== undefined) params[name] = value;
    else if (!(name in params)) delete params[name];
  }
  const wanted: Wanted = {
    nodes: asked.nodes ?? undefined,
    cores: asked.cores ?? undefined,
    memory: asked.memory_mib ? asked.memory_mib / MIB : undefined,
    gpus: asked.gpus ?? undefined,
    time: asked.time_s ?? undefined,
    queue: asked.queue ?? undefined,
    account: asked.account ?? undefined,
    name: asked.name ?? undefined,
    version: asked.version ?? undefined,
  };
  return { params: given(params), wanted: given(wanted), machine: asked.machine ?? undefined };
}

function given<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== "")) as T;
}

/** The parameter or resource a field of the hub's answer means: `params.x` and `files.x` are parameter `x`. */
export function fieldOf(field: string): { parameter: string } | { resource: keyof Wanted | "machine" } | undefined {
  const parameter = /^(?:params|files)\.(.+)$/.exec(field)?.[1];
  if (parameter) return { parameter };
  const resources: Record<string, keyof Wanted | "machine"> = {
    nodes: "nodes",
    cores: "cores",
    memory_mib: "memory",
    memory: "memory",
    gpus: "gpus",
    time_s: "time",
    time: "time",
    queue: "queue",
    account: "account",
    name: "name",
    version: "version",
    machine: "machine",
  };
  const resource = resources[field];
  return resource && { resource };
}
