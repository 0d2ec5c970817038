/**
 * What somebody has typed into an app's form, by person and app. It outlives errors, reloads and leaving the page; what a
 * visitor typed lives in this tab alone and becomes the person's who signs in from it.
 */

import { useMemo, useSyncExternalStore } from "react";
import type { Schema } from "../../api/client";
import { useUser } from "../../api/session";
import type { Values } from "../../ui/form/schema";

export type Draft = {
  /** The parameters; a file is its id. */
  params: Values;
  wanted: Wanted;
  /** The name or id of the machine that was chosen; none leaves it to the platform. */
  machine?: string;
  /** The last try to submit, and its word: sent again unchanged, it makes no second job. */
  attempt?: { body: string; key: string };
};

/** What is asked of the machine, in the units of the form. */
export type Wanted = {
  nodes?: number;
  cores?: number;
  /** GiB on each node. */
  memory?: number;
  gpus?: number;
  /** Seconds. */
  time?: number;
  queue?: string;
  account?: string;
  name?: string;
  version?: string;
};

export type Request = Schema<"CreateJob">;

const KEPT = "tieline.form.";
const VISITOR = "visitor";
const drafts = new Map<string, Draft | undefined>();
const watchers = new Set<() => void>();

/** Where a form is kept: person and app. */
export const placeOf = (user: string | undefined, app: string) => `${user ?? VISITOR}.${app}`;

const store = (place: string) => (place.startsWith(`${VISITOR}.`) ? sessionStorage : localStorage);

/** What is kept of a form; nothing where nothing was typed yet. */
export function kept(place: string): Draft | undefined {
  if (!drafts.has(place)) drafts.set(place, read(place));
  return drafts.get(place);
}

function read(place: string): Draft | undefined {
  try {
    const draft = JSON.parse(store(place).getItem(KEPT + place) ?? "null") as Draft | null;
    return draft?.params && draft.wanted ? draft : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a form; `undefined` forgets it. */
export function keep(place: string, draft: Draft | undefined) {
  drafts.set(place, draft);
  if (draft) store(place).setItem(KEPT + place, JSON.stringify(draft));
  else store(place).removeItem(KEPT + place);
  for (const watcher of watchers) watcher();
}

/** What a visitor typed becomes this person's. */
export function adopt(user: string, app: string) {
  const visitor = placeOf(undefined, app);
  const typed = kept(visitor);
  if (!typed) return;
  keep(visitor, undefined);
  keep(placeOf(user, app), typed);
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The form of this person for this app, and how to change it. A fresh one holds the defaults. */
export function useDraft(app: string, defaults: Values) {
  const user = useUser()?.id;
  const place = placeOf(user, app);
  if (user && kept(placeOf(undefined, app))) adopt(user, app);
  const known = useSyncExternalStore(watch, () => kept(place));
  return useMemo(() => {
    const fresh: Draft = { params: defaults, wanted: {} };
    const change = (next: (draft: Draft) => Draft) => keep(place, next(kept(place) ?? fresh));
    return {
      draft: known ?? fresh,
      place: user ? place : undefined,
      change,
      clear: () => keep(place, undefined),
      touched: Boolean(known),
    };
  }, [known, place, user, defaults]);
}
