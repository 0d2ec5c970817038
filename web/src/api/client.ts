/** The typed client of the hub's API. Everything that is asked of the hub goes through here. */

import createClient from "openapi-fetch";
import createHooks from "openapi-react-query";
import { Failure, failureOf, patience } from "./failure";
import type { components, paths } from "./schema";
import { accessToken, forget } from "./session";

/**
 * A call with the session's token; a token the hub refuses is renewed once. A failure is thrown as a `Failure`. Who is patient
 * waits for an answer however long it takes.
 */
async function call(request: Request, patient = false): Promise<Response> {
  const token = await accessToken();
  const again = token ? request.clone() : undefined;
  let answer = await reach(signed(request, token), patient);
  if (answer.status === 401 && token && again) {
    const next = await accessToken(token);
    if (next) answer = await reach(signed(again, next), patient);
    if (answer.status === 401) forget();
  }
  if (answer.ok) return answer;
  throw await failureOf(answer);
}

function signed(request: Request, token: string | undefined) {
  if (token) request.headers.set("authorization", `Bearer ${token}`);
  return request;
}

async function reach(request: Request, patient: boolean) {
  try {
    return await fetch(request, { signal: patient ? request.signal : patience(request.signal) });
  } catch (error) {
    if (request.signal.aborted || error instanceof Failure) throw error;
    throw new Failure(0);
  }
}

/** Only what reads is given up: of what changes something one would not know whether it was done. */
const changes = ({ method, url }: Request) => method !== "GET" && !url.endsWith("/check");

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => call(request, changes(request)),
});

/** The same as hooks of TanStack Query: `hub.useQuery("get", "/api/v1/jobs", …)`. */
export const hub = createHooks(api);

/** Bytes of an address of the hub, as they come and for as long as they do: logs, files, live events. */
export const stream = (path: string, init?: RequestInit) =>
  call(new Request(new URL(path, window.location.origin), init), true);

type Schemas = components["schemas"];
export type Schema<Name extends keyof Schemas> = Schemas[Name];
