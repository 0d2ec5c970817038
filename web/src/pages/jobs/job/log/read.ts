/** A piece of what a job printed: the last bytes, or those from a place on. Where it lies in the whole is always known. */

import { stream as ask } from "../../../../api/client";
import { Failure, patience } from "../../../../api/failure";

export type Stream = "stdout" | "stderr";
export type Output = { job: string; attempt: number; stream: Stream };
/** `from` is where the first byte lies, `total` how many there are by now. */
export type Slice = { from: number; bytes: Uint8Array; total: number };
export type Piece = { last: number } | { from: number; count: number };

export const logPath = ({ job, attempt, stream }: Output) =>
  `/api/v1/jobs/${encodeURIComponent(job)}/log?stream=${stream}&attempt=${attempt}`;

/** Fails as the hub says it: 404 where nothing was printed yet, 503 where it lies at a center that is away. */
export async function readLog(output: Output, piece: Piece, signal?: AbortSignal): Promise<Slice> {
  const range = "last" in piece ? `bytes=-${piece.last}` : `bytes=${piece.from}-${piece.from + piece.count - 1}`;
  try {
    const answer = await ask(logPath(output), { headers: { range }, signal: patience(signal) });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const told = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.headers.get("content-range") ?? "");
    if (told) return { from: Number(told[1]), bytes, total: Number(told[2]) };
    return { from: 0, bytes, total: bytes.length };
  } catch (error) {
    // Nothing lies there: it is empty, or all of it was read.
    if (error instanceof Failure && error.status === 416)
      return { from: 0, bytes: new Uint8Array(), total: total(error) };
    throw error;
  }
}

/** The hub says how long the file is in its sentence. */
function total(failure: Failure) {
  return Number(/has (\d+) bytes/.exec(failure.body?.message ?? "")?.[1] ?? 0);
}
