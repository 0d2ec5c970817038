/** What a job prints, as it comes, while its page is open. */

import { useEffect, useMemo, useRef, useState } from "react";
import { over } from "../../acts";
import type { Attempt, Whole } from "../record";
import { follow } from "./follow";
import { readLog, type Stream } from "./read";
import { type Shown, Tail } from "./tail";

export type LogState = "loading" | "live" | "nothing" | "away" | "over" | "paused";
type Log = { shown: Shown; state: LogState; error: unknown; again: () => void };

const none: Shown = { blocks: [], rest: "", dropped: 0 };

/** `paused` stops the reading, and not only the showing: what one reads does not move, and nothing piles up. */
export function useLog(job: Whole, attempt: Attempt, stream: Stream, paused: boolean): Log {
  const [log, setLog] = useState<{ shown: Shown; state: LogState; error: unknown }>({
    shown: none,
    state: "loading",
    error: undefined,
  });
  const [round, setRound] = useState(0);
  const output = useMemo(() => ({ job: job.id, attempt: attempt.number, stream }), [job.id, attempt.number, stream]);
  const ended = attempt.ended_at !== null || over({ base: job.base }) || attempt.number < job.attempt;
  const gate = useRef({ ended, paused, wake: () => {} });
  useEffect(() => {
    gate.current.ended = ended;
    gate.current.paused = paused;
    gate.current.wake();
  }, [ended, paused]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a round is another try
  useEffect(() => {
    const stop = new AbortController();
    const tail = new Tail();
    let decoder = new TextDecoder();
    let frame = 0;
    const show = (change: Partial<typeof log>) => setLog((now) => ({ ...now, ...change }));
    const drawn = () => {
      window.clearTimeout(frame);
      frame = 0;
      return tail.show();
    };
    const draw = () => {
      frame ||= window.setTimeout(() => show({ shown: drawn() }), 50);
    };
    setLog({ shown: none, state: "loading", error: undefined });
    follow(
      {
        read: (piece, signal) => readLog(output, piece, signal),
        over: () => gate.current.ended,
        wait: (time, signal) => pause(time, gate.current, signal),
        bytes: (bytes, skipped) => {
          if (skipped > 0) {
            decoder = new TextDecoder();
            tail.clear();
          }
          const text = decoder.decode(bytes, { stream: true });
          // What begins in the middle of a line begins with the next.
          tail.add(skipped > 0 ? text.slice(text.indexOf("\n") + 1) : text);
          draw();
        },
        restart: () => tail.clear(),
        // What is said of the lines is not said before they are shown.
        state: (state) => show(frame ? { state, shown: drawn() } : { state }),
      },
      stop.signal,
    ).catch((error: unknown) => !stop.signal.aborted && show({ error }));
    return () => {
      stop.abort();
      window.clearTimeout(frame);
    };
  }, [output, round]);
  const state = paused && log.state === "live" ? "paused" : log.state;
  return { ...log, state, again: () => setRound((now) => now + 1) };
}

type Gate = { paused: boolean; wake: () => void };

/** Waits at least so long, and as long as it is paused or nobody looks; a change of the gate ends the wait. */
async function pause(time: number, gate: Gate, signal: AbortSignal) {
  await new Promise<void>((done) => {
    const timer = window.setTimeout(end, time);
    function end() {
      window.clearTimeout(timer);
      signal.removeEventListener("abort", end);
      gate.wake = () => {};
      done();
    }
    gate.wake = end;
    signal.addEventListener("abort", end);
  });
  while (gate.paused && !signal.aborted)
    await new Promise<void>((done) => {
      gate.wake = done;
      signal.addEventListener("abort", () => done(), { once: true });
    });
}
