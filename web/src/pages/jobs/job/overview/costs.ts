/** What a job has cost so far and what is set aside for it, out of its account's books. */

import { useQuery } from "@tanstack/react-query";
import { api, hub, type Schema } from "../../../../api/client";
import { asFailure } from "../../../../api/failure";
import { over } from "../../acts";
import type { Whole } from "../record";

type Charge = Omit<Schema<"Charge">, "attempt"> & { attempt?: { job: string; number: number } | null };
const PAGE = 200;
/** An account's books are read back to the job's beginning, but no further than this. */
const PAGES = 10;

/** The lines of the account that are about this job, newest first; `whole` is false where the books were too long to read. */
async function charges(job: Whole, signal: AbortSignal) {
  const mine: Charge[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { data } = await api.GET("/api/v1/accounts/{account}/charges", {
      params: { path: { account: job.account }, query: { limit: PAGE, after } },
      signal,
    });
    const items = (data?.items ?? []) as unknown as Charge[];
    mine.push(...items.filter((line) => line.attempt?.job === job.id));
    const oldest = items.at(-1)?.at;
    after = data?.next ?? undefined;
    if (!after || (oldest && oldest < job.created_at)) return { lines: mine, whole: true };
  }
  return { lines: mine, whole: false };
}

export function useCosts(job: Whole) {
  const books = useQuery({
    queryKey: ["charges of a job", job.id, job.state, job.attempt],
    queryFn: ({ signal }) => charges(job, signal),
    placeholderData: (before) => before,
    // A charge may come a moment after the end it is for.
    refetchInterval: ({ state }) =>
      over(job) && state.data?.lines.length === 0 && state.dataUpdateCount < 5 ? 2000 : false,
  });
  const holds = hub.useQuery(
    "get",
    "/api/v1/accounts/{account}/holds",
    { params: { path: { account: job.account } } },
    { enabled: !over(job), retry: false },
  );
  const hold = over(job) ? undefined : holds.data?.items.find((one) => one.job === job.id);
  /** Who may use an account need not be allowed to read its books. */
  const closed = books.error && [403, 404].includes(asFailure(books.error).status);
  return { ...books.data, hold, error: books.error, closed, retry: () => void books.refetch() };
}

/** What the account paid for it in all: above zero where it paid. */
export function total(lines: Charge[]): Schema<"Money"> | undefined {
  const first = lines[0];
  if (!first) return undefined;
  return { currency: first.sum.currency, micros: -lines.reduce((sum, line) => sum + line.sum.micros, 0) };
}
