/** The typed client of the hub's API. Everything that is asked of the hub goes through here. */

import createClient from "openapi-fetch";
import createHooks from "openapi-react-query";
import { Failure, failureOf } from "./failure";
import type { components, paths } from "./schema";
import { accessToken, forget } from "./session";

/** A call with the session's token; a token the hub refuses is renewed once. A failure is thrown as a `Failure`. */
async function call(request: Request): Promise<Response> {
  const token = await accessToken();
  const again = token ? request.clone() : undefined;
  let answer = await reach(signed(request, token));
  if (answer.status === 401 && token && again) {
    const next = await accessToken(token);
    if (next) answer = await reach(signed(again, next));
    if (answer.status === 401) forget();
  }
  if (answer.ok) return answer;
  throw await failureOf(answer);
}

function signed(request: Request, token: string | undefined) {
  if (token) request.headers.set("authorization", `Bearer ${token}`);
  return request;
}

async function reach(request: Request) {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Failure(0);
  }
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: call });

/** The same as hooks of TanStack Query: `hub.useQuery("get", "/api/v1/jobs", …)`. */
export const hub = createHooks(api);

/** Bytes of an address of the hub, as they come: logs, files, live events. */
export const stream = (path: string, init?: RequestInit) =>
  call(new Request(new URL(path, window.location.origin), init));

type Schemas = components["schemas"];
export type Schema<Name extends keyof Schemas> = Schemas[Name];
