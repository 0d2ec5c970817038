/**
 * Follows an output that grows, by the place of each byte in it: after a break it goes on exactly where it stopped, so that
 * nothing is lost and nothing comes twice. Whoever reads decides the pace: what is not asked for is not sent.
 */

import { asFailure } from "../../../../api/failure";
import type { Piece, Slice } from "./read";

/** So much is shown at the beginning, and again after falling far behind. */
export const BEGIN = 256 * 1024;
const CHUNK = 512 * 1024;
/** Who is farther behind than this is brought to the end: nobody reads that much. */
const FAR = 8 * 1024 * 1024;
const CALM = 1000;
const WAITS = [1000, 2000, 5000, 10_000];

export type Follower = {
  read: (piece: Piece, signal: AbortSignal) => Promise<Slice>;
  /** Whether nothing can be printed any more. */
  over: () => boolean;
  /** Waits; ends early where there is reason to look again. */
  wait: (time: number, signal: AbortSignal) => Promise<void>;
  /** Bytes as they follow each other; `skipped` of them were left out before, which is where a line may begin in its middle. */
  bytes: (bytes: Uint8Array, skipped: number) => void;
  /** What was read before is no more: the file was begun anew. */
  restart: () => void;
  /** `nothing`: nothing was printed so far. `away`: it cannot be reached at the moment. */
  state: (state: "live" | "nothing" | "away" | "over") => void;
};

/** Goes on until all of it was read and nothing can follow. Fails where the hub refuses. */
export async function follow(to: Follower, signal: AbortSignal): Promise<void> {
  let at: number | undefined;
  let failures = 0;
  while (!signal.aborted) {
    // Asked before reading: what was printed before the end is then in what is read.
    const over = to.over();
    let slice: Slice;
    try {
      slice = await to.read(at === undefined ? { last: BEGIN } : piece(at), signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      const { status } = asFailure(error);
      if (status === 404) {
        to.state("nothing");
        if (over) return;
        await to.wait(CALM, signal);
      } else if ([0, 429, 502, 503, 504].includes(status)) {
        to.state("away");
        await to.wait(WAITS[Math.min(failures++, WAITS.length - 1)] ?? CALM, signal);
      } else throw error;
      continue;
    }
    if (at !== undefined && slice.total < at) {
      at = undefined;
      to.restart();
      continue;
    }
    const fresh = at === undefined ? slice.bytes : slice.bytes.subarray(at - slice.from);
    if (at === undefined || fresh.length) to.bytes(fresh, at === undefined ? slice.from : 0);
    at = at === undefined ? slice.from + slice.bytes.length : at + fresh.length;
    if (slice.total - at > FAR) {
      const behind = at;
      const end = await to.read({ last: BEGIN }, signal).catch(() => undefined);
      if (end && end.from > behind) {
        to.bytes(end.bytes, end.from - behind);
        at = end.from + end.bytes.length;
      }
      continue;
    }
    if (slice.total > at) continue;
    to.state(at === 0 ? "nothing" : over ? "over" : "live");
    if (over) return;
    await to.wait(CALM, signal);
  }
}

/** From the last byte that is known on: there is always one to send, so that asking at the end is no error. */
const piece = (at: number): Piece => ({ from: Math.max(0, at - 1), count: CHUNK });
