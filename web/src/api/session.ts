/**
 * Who is signed in, shared by all tabs of this browser. The access token lives in memory only; the refresh token is a cookie
 * that scripts cannot read. One tab at a time refreshes, and hands the new access token to the others.
 */

import { useSyncExternalStore } from "react";
import { Failure, failureOf, patience } from "./failure";
import type { components } from "./schema";

type SignedIn = components["schemas"]["SignedIn"];
export type User = components["schemas"]["User"];

/** `undefined` while it is not known yet, `null` for a visitor. */
type Session = { token: string; until: number; user: User } | null | undefined;

/** A token is renewed this long before it ends. */
const EARLY = 30_000;
/** Set while somebody is signed in on this browser, so that a visitor's page asks for no refresh in vain. */
const HINT = "tieline.signed-in";

let session: Session = localStorage.getItem(HINT) ? undefined : null;
const listeners = new Set<() => void>();
const tabs = new BroadcastChannel("tieline.session");
tabs.onmessage = ({ data }: MessageEvent<Session>) => hold(data ?? null);

function hold(next: Session) {
  session = next;
  for (const listener of listeners) listener();
}

function publish(next: Exclude<Session, undefined>) {
  if (next) localStorage.setItem(HINT, "1");
  else localStorage.removeItem(HINT);
  hold(next);
  tabs.postMessage(next);
}

function take(answer: SignedIn) {
  publish({ token: answer.access_token, until: Date.parse(answer.expires_at), user: answer.user });
}

export const useSession = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );

/** `undefined` while it is not known yet, `null` for a visitor. */
export const useUser = () => {
  const known = useSession();
  return known ? known.user : known;
};

/** Runs one at a time over all tabs, where the browser can see to it. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request("tieline.refresh", work) : work();
}

let refreshing: Promise<string | undefined> | undefined;

/** A token that is good now; `undefined` for a visitor. `stale` is one the hub has just refused. */
export async function accessToken(stale?: string): Promise<string | undefined> {
  if (session === null) return undefined;
  if (session && session.token !== stale && session.until - EARLY > Date.now()) return session.token;
  refreshing ??= alone(async () => {
    // Another tab may have refreshed while this one waited for its turn; its message is on the way.
    await new Promise((done) => setTimeout(done, 20));
    if (session && session.token !== stale && session.until - EARLY > Date.now()) return session.token;
    return await refresh();
  }).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function refresh() {
  const answer = await send("/api/v1/sessions/refresh", {});
  if (answer.ok) {
    take((await answer.json()) as SignedIn);
    return session?.token;
  }
  if (answer.status !== 401) throw await failureOf(answer);
  publish(null);
  return undefined;
}

export async function signIn(name: string, password: string) {
  const answer = await send("/api/v1/sessions", { name, password });
  if (!answer.ok) throw await failureOf(answer);
  take((await answer.json()) as SignedIn);
}

export async function signOut() {
  await send("/api/v1/sessions/current", undefined, "DELETE", session?.token).catch(() => undefined);
  publish(null);
}

/** The hub no longer knows this session. */
export function forget() {
  publish(null);
}

/** The three calls that make a session are sent here and not by the client, which needs a session itself. */
async function send(path: string, body: unknown, method = "POST", token?: string): Promise<Response> {
  const headers: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  try {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return await fetch(path, { method, headers, body: sent, signal: patience() });
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(0);
  }
}
