/**
 * Downloads of files that need the session's token, which the browser's own download does not send. The bytes go straight to
 * the disk where the browser lets a page write there, else through memory. They go on while one looks at other pages.
 */

import { useSyncExternalStore } from "react";
import { stream } from "../../../../api/client";
import { save } from "../../../../ui/save";

/** `total` is unknown for what is still being written. */
export type Progress = { done: number; total: number | undefined; stop: () => void };

const running = new Map<string, Progress>();
const watchers = new Set<() => void>();

function set(path: string, progress: Progress | undefined) {
  if (progress) running.set(path, progress);
  else running.delete(path);
  for (const watcher of watchers) watcher();
}

export const useProgress = (path: string) =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => running.get(path),
  );

type Picker = (options: {
  suggestedName: string;
}) => Promise<{ createWritable: () => Promise<WritableStream<Uint8Array>> }>;

/** The place on disk the person chooses; nothing where the browser cannot, or in memory is as good. */
async function place(name: string) {
  const pick = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  if (!pick) return undefined;
  const handle = await pick.call(window, { suggestedName: name });
  return await handle.createWritable();
}

/** Below this a file goes through memory without asking where to: the browser puts it with the other downloads. */
const SMALL = 64 * 1024 * 1024;

/** Fails as the hub says it; that the person gave it up is no failure. */
export async function download(path: string, name: string, size: number | undefined): Promise<void> {
  if (running.has(path)) return;
  const abort = new AbortController();
  const stop = () => abort.abort();
  try {
    const disk = size !== undefined && size > SMALL ? await place(name) : undefined;
    set(path, { done: 0, total: size, stop });
    const answer = await stream(path, { signal: abort.signal });
    const length = Number(answer.headers.get("content-length")) || size;
    let done = 0;
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, out) {
        done += bytes.length;
        set(path, { done, total: length, stop });
        out.enqueue(bytes);
      },
    });
    const body = answer.body?.pipeThrough(count);
    if (disk && body) await body.pipeTo(disk, { signal: abort.signal });
    else save(await new Response(body).blob(), name);
  } catch (error) {
    if (!abort.signal.aborted && (error as Error).name !== "AbortError") throw error;
  } finally {
    set(path, undefined);
  }
}
