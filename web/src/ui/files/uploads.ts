/**
 * Files on their way to the hub, of all forms. They go on when the form is left; what a reload cut off is remembered, and
 * goes on from there once the same file is chosen again.
 */

import { useSyncExternalStore } from "react";
import { api } from "../../api/client";
import { asFailure, type ErrorBody } from "../../api/failure";
import { place as pathOf, whole } from "./digest";
import { send } from "./tus";

export type Sending = {
  key: string;
  parameter: string;
  name: string;
  size: number;
  /** When the file was changed last: the same file again goes on where it was cut off. */
  modified: number;
  sent: number;
  state: "reading" | "sending" | "waiting" | "interrupted" | "failed";
  why?: ErrorBody;
};

/** What became of a file that is on its way no more. */
export type Fate = "sent" | "stopped";

type Task = { file: File; stop: AbortController; done: (file: string) => void };

/** So many files are sent at once. */
const AT_ONCE = 3;
const KEPT = "tieline.uploads.";

const lists = new Map<string, Sending[]>();
const tasks = new Map<string, Task>();
const waiting: (() => Promise<void>)[] = [];
const watchers = new Set<() => void>();
const fates = new Map<string, Fate>();
let running = 0;
let count = 0;

/** What is being sent for a form, the oldest first. */
export function sending(place: string): Sending[] {
  let list = lists.get(place);
  if (!list) {
    list = remembered(place);
    lists.set(place, list);
  }
  return list;
}

export const useSending = (place: string | undefined) =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => (place === undefined ? NONE : sending(place)),
  );
const NONE: Sending[] = [];

/** Sends a file for a parameter of a form; `done` gets its id, whether the form is still open or not. */
export function begin(place: string, parameter: string, file: File, done: (file: string) => void) {
  const cut = sending(place).find(
    (one) => one.state === "interrupted" && one.parameter === parameter && same(one, file),
  );
  const key = cut?.key ?? `${Date.now()}-${++count}`;
  const entry: Sending = {
    key,
    parameter,
    name: file.name,
    size: file.size,
    modified: file.lastModified,
    sent: 0,
    state: "reading",
  };
  tasks.set(key, { file, stop: new AbortController(), done });
  put(
    place,
    cut
      ? sending(place).map((one) => (one.key === key ? { ...entry, sent: one.sent } : one))
      : [...sending(place), entry],
  );
  enqueue(() => run(place, key));
}

/** Whether this is the file that was being sent. */
export const same = (
  one: Pick<Sending, "name" | "size" | "modified">,
  file: Pick<File, "name" | "size" | "lastModified">,
) => one.name === file.name && one.size === file.size && one.modified === file.lastModified;

/** What became of it; nothing while it is on its way. */
export const fateOf = ({ key }: Pick<Sending, "key">) => fates.get(key);

/** Gives it up; what has arrived at the hub is removed there. */
export function cancel(place: string, key: string) {
  tasks.get(key)?.stop.abort();
  end(place, key, "stopped");
}

function end(place: string, key: string, fate: Fate) {
  tasks.delete(key);
  fates.set(key, fate);
  put(
    place,
    sending(place).filter((one) => one.key !== key),
  );
}

/** Tries again what failed. */
export function again(place: string, key: string) {
  change(place, key, { state: "reading", why: undefined });
  enqueue(() => run(place, key));
}

async function run(place: string, key: string) {
  const task = tasks.get(key);
  if (!task) return;
  const { file, stop } = task;
  try {
    const sha256 = await whole(file);
    const path = pathOf(file, sha256);
    const id = (await known(path, sha256)) ?? (await send(file, path, sha256, tell(place, key), stop.signal));
    if (stop.signal.aborted) return;
    end(place, key, "sent");
    task.done(id);
  } catch (error) {
    if (stop.signal.aborted) return;
    change(place, key, { state: "failed", why: asFailure(error).body });
  }
}

function tell(place: string, key: string) {
  return {
    progress: (sent: number) => change(place, key, { sent, state: "sending" }),
    waiting: (yes: boolean) => yes && change(place, key, { state: "waiting" }),
  };
}

/** The file at this path, where it holds these very bytes. */
async function known(path: string, sha256: string | undefined): Promise<string | undefined> {
  if (!sha256) return undefined;
  const folder = path.slice(0, path.lastIndexOf("/"));
  const { data } = await api
    .GET("/api/v1/files", { params: { query: { path: folder, limit: 1000 } } })
    .catch(() => ({ data: undefined }));
  const file = data?.items.find((entry) => entry.kind === "file" && entry.path === path && entry.sha256 === sha256);
  return file?.kind === "file" ? file.id : undefined;
}

function enqueue(work: () => Promise<void>) {
  waiting.push(work);
  next();
}

function next() {
  if (running >= AT_ONCE) return;
  const work = waiting.shift();
  if (!work) return;
  running += 1;
  void work().finally(() => {
    running -= 1;
    next();
  });
}

function change(place: string, key: string, part: Partial<Sending>) {
  put(
    place,
    sending(place).map((one) => (one.key === key ? { ...one, ...part } : one)),
  );
}

function put(place: string, list: Sending[]) {
  lists.set(place, list);
  if (list.length) localStorage.setItem(KEPT + place, JSON.stringify(list));
  else localStorage.removeItem(KEPT + place);
  for (const watcher of watchers) watcher();
}

/** What was on its way when the page was closed: a file that was chosen cannot be read again without its owner. */
function remembered(place: string): Sending[] {
  try {
    const list = JSON.parse(localStorage.getItem(KEPT + place) ?? "[]") as Sending[];
    return list.map((one) => ({ ...one, state: "interrupted", why: undefined }));
  } catch {
    return [];
  }
}
