/** Lists that come in pages: one after the other as one scrolls, or all of them to take along. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

export type PageOf<Row> = { items: Row[]; next?: string | null };
export type Read<Row> = (after: string | undefined, signal: AbortSignal) => Promise<PageOf<Row>>;

/** The rows of a list that was read so far, and how to read on. The key begins as the client's own do: `["get", path, …]`. */
export function usePages<Row>(key: readonly unknown[], read: Read<Row>, enabled = true) {
  const pages = useInfiniteQuery({
    queryKey: [...key, "pages"],
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled,
  });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items), [pages.data]);
  const more = {
    has: pages.hasNextPage,
    loading: pages.isFetchingNextPage,
    load: () => void pages.fetchNextPage(),
  };
  return { rows, more, error: pages.error, retry: () => void pages.refetch() };
}

/** Every row there is; `enough` ends it earlier. */
export async function readAll<Row>(
  read: Read<Row>,
  signal: AbortSignal,
  progress?: (count: number) => void,
  enough: (rows: Row[]) => boolean = () => false,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await read(after, signal);
    rows.push(...page.items);
    progress?.(rows.length);
    after = page.next ?? undefined;
  } while (after && !enough(rows));
  return rows;
}
