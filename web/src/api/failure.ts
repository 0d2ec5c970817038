/** What an operation failed with, in one shape: the hub's own words, or that it could not be reached. */

import type { components } from "./schema";

export type ErrorBody = components["schemas"]["ErrorBody"];

/** An answer that takes longer will not come: the connection has died without a word. */
const PATIENCE = 30_000;

export class Failure extends Error {
  readonly status: number;
  readonly body: ErrorBody | undefined;
  /** By this an administrator finds in the hub's log what happened. */
  readonly request: string | undefined;
  /** Whether an answer was waited for and given up. */
  readonly late: boolean = false;

  constructor(status: number, body?: ErrorBody, request?: string | null) {
    super(body?.message ?? (status === 0 ? "offline" : String(status)));
    this.status = status;
    this.body = body;
    this.request = request ?? undefined;
  }

  /** The hub could not be reached at all. */
  get offline() {
    return this.status === 0;
  }

  /** A stable word: the hub's code, or what the status says. */
  get code() {
    return this.body?.code ?? (this.offline ? "offline" : `http_${this.status}`);
  }
}

class Late extends Failure {
  override readonly late = true;

  constructor() {
    super(0);
  }
}

/** Gives up what is not wholly answered in time, beside what else may stop it. */
export function patience(stop?: AbortSignal): AbortSignal {
  const late = new AbortController();
  window.setTimeout(() => late.abort(new Late()), PATIENCE);
  return stop ? AbortSignal.any([stop, late.signal]) : late.signal;
}

/** What an answer says that went wrong. */
export async function failureOf(answer: Response): Promise<Failure> {
  const body = (await answer.json().catch(() => undefined)) as ErrorBody | undefined;
  return new Failure(answer.status, body, answer.headers.get("x-request-id"));
}

/** What broke a page as it was drawn: a fault of the page's own, but for a script that could not be loaded. */
export function asFault(error: unknown): Failure {
  const failure = asFailure(error);
  return error instanceof Failure || !failure.offline || /module|preload/i.test(String(error))
    ? failure
    : new Failure(500);
}

/** Any thrown thing as a failure. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const body = error as Partial<ErrorBody> | null;
  if (body && typeof body === "object" && typeof body.code === "string" && typeof body.message === "string")
    return new Failure(statusOf(body.kind), body as ErrorBody);
  return new Failure(0);
}

function statusOf(kind: string | undefined) {
  const known: Record<string, number> = {
    unauthenticated: 401,
    unpaid: 402,
    forbidden: 403,
    not_found: 404,
    conflict: 409,
    too_large: 413,
    invalid: 422,
    throttled: 429,
    unavailable: 503,
    full: 507,
  };
  return known[kind ?? ""] ?? 500;
}
