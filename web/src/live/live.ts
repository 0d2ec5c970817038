/**
 * Live jobs. One tab of the browser, the one that holds a lock, listens to the hub and tells the others. What is known of a
 * job from events lies over what lists were answered with, by number: nothing is shown twice, and nothing older over newer.
 */

import { useSyncExternalStore } from "react";
import { type Schema, stream } from "../api/client";
import { events } from "../api/events";

type JobEvent = Schema<"JobEvent">;
type Job = Schema<"Job">;
type Told =
  | { kind: "job"; event: JobEvent }
  | { kind: "reset"; last: string }
  /** Whether the leading tab hears the hub, said on every change and to whoever asks. */
  | { kind: "state"; connected: boolean }
  | { kind: "ask" };

/** The hub sends a beat every 15 s; a stream that is silent for longer is dead, whatever the network says. */
const SILENCE = 40_000;
const WAITS = [500, 1000, 2000, 5000, 10_000, 30_000];
/** So many of the latest jobs are remembered. */
const MOST = 5000;

const jobs = new Map<string, { number: number; job: Job }>();
const watchers = new Set<() => void>();
const arrivals = new Set<(event: JobEvent | "reset") => void>();
let version = 0;
let last = "";
let connected = false;
let leading = false;
let tabs: BroadcastChannel | undefined;

function changed() {
  version += 1;
  for (const watcher of watchers) watcher();
}

function hear(told: Told) {
  if (told.kind === "ask") {
    if (leading) tabs?.postMessage({ kind: "state", connected } satisfies Told);
    return;
  }
  if (told.kind === "state") connected = told.connected;
  else if (told.kind === "reset") {
    last = told.last;
    jobs.clear();
    for (const arrival of arrivals) arrival("reset");
  } else {
    const { number, job } = told.event;
    if (number <= Number(last || 0)) return;
    last = String(number);
    jobs.delete(job.id);
    jobs.set(job.id, { number, job });
    if (jobs.size > MOST) jobs.delete(jobs.keys().next().value as string);
    for (const arrival of arrivals) arrival(told.event);
  }
  changed();
}

/** Begins to listen for the person who is signed in; the answer ends it. */
export function listen(): () => void {
  const stop = new AbortController();
  tabs = new BroadcastChannel("tieline.live");
  tabs.onmessage = ({ data }: MessageEvent<Told>) => hear(data);
  tell({ kind: "ask" });
  const lead = () => run(stop.signal);
  if (navigator.locks) navigator.locks.request("tieline.live", { signal: stop.signal }, lead).catch(() => undefined);
  else void lead();
  return () => {
    stop.abort();
    tabs?.close();
    tabs = undefined;
    jobs.clear();
    last = "";
    connected = false;
    changed();
  };
}

/** Tells the other tabs. */
function tell(told: Told) {
  tabs?.postMessage(told);
}

async function run(stop: AbortSignal) {
  let failures = 0;
  leading = true;
  while (!stop.aborted) {
    const began = Date.now();
    await once(stop).catch(() => undefined);
    setConnected(false);
    failures = Date.now() - began > 5000 ? 0 : failures + 1;
    if (failures) await pause(WAITS[Math.min(failures, WAITS.length) - 1] ?? 1000, stop);
  }
  leading = false;
}

async function once(stop: AbortSignal) {
  const silent = new AbortController();
  let watchdog = window.setTimeout(() => silent.abort(), SILENCE);
  const beat = () => {
    window.clearTimeout(watchdog);
    watchdog = window.setTimeout(() => silent.abort(), SILENCE);
  };
  try {
    const headers: HeadersInit = last ? { "last-event-id": last } : {};
    const answer = await stream("/api/v1/events", { headers, signal: AbortSignal.any([stop, silent.signal]) });
    if (!answer.body) return;
    setConnected(true);
    // What was read before the stream was open may have missed a change in between.
    if (!last) for (const arrival of arrivals) arrival("reset");
    for await (const { event, id, data } of events(answer.body, beat)) {
      const told = read(event, id, data);
      if (!told) continue;
      hear(told);
      tell(told);
    }
  } finally {
    window.clearTimeout(watchdog);
  }
}

function read(event: string, id: string, data: string): Told | undefined {
  if (event === "reset") return { kind: "reset", last: id };
  if (event === "job") return { kind: "job", event: JSON.parse(data) as JobEvent };
  return undefined;
}

/** Waits, but no longer than until the network or the person comes back. */
function pause(time: number, stop: AbortSignal) {
  return new Promise<void>((done) => {
    const end = () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", end);
      document.removeEventListener("visibilitychange", end);
      stop.removeEventListener("abort", end);
      done();
    };
    const timer = window.setTimeout(end, time);
    window.addEventListener("online", end);
    document.addEventListener("visibilitychange", end);
    stop.addEventListener("abort", end);
  });
}

function setConnected(next: boolean) {
  connected = next;
  tell({ kind: "state", connected });
  changed();
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Called for each change of a job, and for `reset`: what was read before may have missed something. */
export function onArrival(arrival: (event: JobEvent | "reset") => void) {
  arrivals.add(arrival);
  return () => {
    arrivals.delete(arrival);
  };
}

/**
 * A job as the newest event tells it, where that is newer than what was read. A name, a remark or that it was put away changes
 * without an event: of the same moment's state, what was read is the newer.
 */
export function newest<J extends Job>(job: J): J {
  const known = jobs.get(job.id)?.job;
  if (!known || known.changed_at < job.changed_at) return job;
  if (known.changed_at > job.changed_at) return { ...job, ...known };
  if (known.state === job.state) return job;
  return { ...job, state: known.state, base: known.base, ended_at: known.ended_at };
}

/** Changes what is known of a job by what the hub has just answered, until the next event tells of it. */
export function revise(job: string, change: (job: Job) => Job) {
  const known = jobs.get(job);
  if (known) known.job = change(known.job);
  changed();
}

/** Draws again when a job changes. */
export const useLive = () => useSyncExternalStore(watch, () => version);
export const useConnected = () => useSyncExternalStore(watch, () => connected);
