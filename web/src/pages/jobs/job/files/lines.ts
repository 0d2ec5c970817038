/** The lines of a file of any size, in pages, and what is found in it: asked of the hub, which reads only that much. */

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Schema, stream } from "../../../../api/client";
import { patience } from "../../../../api/failure";
import { fileAddress } from "./paths";

export type Lines = Schema<"JobFileLines">;
export type Hits = Schema<"JobFileHits">;

export const PAGE = 500;
const HITS = 100;
export type Place = { job: string; attempt: number; path: string };

/** The first line of the page on which a line stands. */
export const pageOf = (line: number) => Math.floor((line - 1) / PAGE) * PAGE + 1;

/** A line so far on that one request does not reach it: asking again goes on from where the last one came to. */
export const onTheWay = (page: Lines) => page.lines.length === 0 && page.next === page.first;
const SOON = 10;

async function ask<Answer>(address: string, signal: AbortSignal) {
  return (await (await stream(address, { signal: patience(signal) })).json()) as Answer;
}

export function useLines({ job, attempt, path }: Place, first: number) {
  return useQuery({
    queryKey: ["lines", job, attempt, path, first],
    queryFn: ({ signal }) => ask<Lines>(fileAddress("lines", job, path, { attempt, first, count: PAGE }), signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data && onTheWay(state.data) ? SOON : false),
    gcTime: 30_000,
  });
}

/** What is found; each page is up to a hundred hits, or the part of a large file that was searched for them. */
export function useHits({ job, attempt, path }: Place, text: string) {
  return useInfiniteQuery({
    queryKey: ["search", job, attempt, path, text],
    queryFn: ({ pageParam, signal }) =>
      ask<Hits>(fileAddress("search", job, path, { attempt, text, from: pageParam, limit: HITS }), signal),
    initialPageParam: 1,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: text !== "",
    gcTime: 30_000,
  });
}
