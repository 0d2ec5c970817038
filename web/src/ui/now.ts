/** The present, for what counts seconds on a page: one clock for all of it, that stands still while nobody looks. */

import { useSyncExternalStore } from "react";

const watchers = new Set<() => void>();
let now = Date.now();
let timer: number | undefined;

function tick() {
  if (document.hidden) return;
  now = Date.now();
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  if (timer === undefined) {
    now = Date.now();
    timer = window.setInterval(tick, 1000);
    document.addEventListener("visibilitychange", tick);
  }
  return () => {
    watchers.delete(watcher);
    if (watchers.size) return;
    window.clearInterval(timer);
    timer = undefined;
    document.removeEventListener("visibilitychange", tick);
  };
}

/** Milliseconds; draws again each second, or each time so many milliseconds have gone by. */
export const useNow = (every = 1000) => useSyncExternalStore(watch, () => now - (now % every));
