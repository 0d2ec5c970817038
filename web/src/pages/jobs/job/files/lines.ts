/** The lines of a file of any size, in pages, and what is found in it: asked of the hub, which reads only that much. */

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { stream } from "../../../../api/client";
import { fileAddress } from "./paths";

/** Lines from `first` on; `total` where it is known, `next` is the line after the last of these, none at the end. */
export type Lines = { first: number; lines: string[]; total: number | null; next: number | null };
export type Hit = { line: number; text: string };
/** `next` is where to search on; none where the whole file was searched. */
export type Hits = { hits: Hit[]; next: number | null; searched_to: number };

export const PAGE = 500;
const HITS = 100;
export type Place = { job: string; attempt: number; path: string };

/** The first line of the page on which a line stands. */
export const pageOf = (line: number) => Math.floor((line - 1) / PAGE) * PAGE + 1;

async function ask<Answer>(address: string, signal: AbortSignal) {
  return (await (await stream(address, { signal })).json()) as Answer;
}

export function useLines({ job, attempt, path }: Place, first: number) {
  return useQuery({
    queryKey: ["lines", job, attempt, path, first],
    queryFn: ({ signal }) => ask<Lines>(fileAddress("lines", job, path, { attempt, first, count: PAGE }), signal),
    placeholderData: keepPreviousData,
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
