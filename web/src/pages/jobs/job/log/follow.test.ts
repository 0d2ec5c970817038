import { describe, expect, it } from "vitest";
import { Failure } from "../../../../api/failure";
import { BEGIN, type Follower, follow } from "./follow";
import type { Piece } from "./read";

/** A file that grows while it is read, and a line to it that breaks as often as it is told to. */
function world(options: { grow: (round: number) => string; rounds: number; broken?: (round: number) => boolean }) {
  const encoder = new TextEncoder();
  let file: Uint8Array<ArrayBufferLike> = new Uint8Array();
  let round = 0;
  const got: string[] = [];
  const states: string[] = [];
  const decoder = new TextDecoder();
  const grow = () => {
    round += 1;
    const more = encoder.encode(options.grow(round));
    const next = new Uint8Array(file.length + more.length);
    next.set(file);
    next.set(more, file.length);
    file = next;
  };
  const to: Follower = {
    read: async (piece: Piece) => {
      if (options.broken?.(round)) {
        round += 1;
        throw new Failure(503);
      }
      if (file.length === 0) throw new Failure(404);
      const from = "last" in piece ? Math.max(0, file.length - piece.last) : piece.from;
      const bytes = file.slice(from, "last" in piece ? undefined : from + piece.count);
      return { from, bytes, total: file.length };
    },
    over: () => round >= options.rounds,
    wait: async () => {
      if (round < options.rounds) grow();
    },
    bytes: (bytes, skipped) => got.push((skipped ? "…" : "") + decoder.decode(bytes, { stream: true })),
    restart: () => got.push("<restart>"),
    state: (state) => states.push(state),
  };
  return { to, got, states, text: () => new TextDecoder().decode(file) };
}

const run = (to: Follower) => follow(to, new AbortController().signal);

describe("following an output", () => {
  it("gives every byte once and in order, also those that come with the end", async () => {
    const it = world({ grow: (round) => `line ${round} 水\n`, rounds: 40 });
    await run(it.to);
    expect(it.got.join("")).toBe(it.text());
    expect(it.states.at(-1)).toBe("over");
  });

  it("goes on where it stopped when the line broke", async () => {
    const it = world({ grow: () => "same\n", rounds: 60, broken: (round) => round % 3 === 1 });
    await run(it.to);
    expect(it.got.join("")).toBe(it.text());
    expect(it.states).toContain("away");
  });

  it("begins near the end of a long output, and says that something came before", async () => {
    const it = world({ grow: (round) => (round === 1 ? "x".repeat(BEGIN * 3) : "y"), rounds: 3 });
    await run(it.to);
    expect(it.got.join("")).toBe(`…${"x".repeat(BEGIN)}yy`);
  });

  it("leaves out what nobody can read any more where far more came than is shown", async () => {
    const it = world({ grow: (round) => (round === 2 ? "x".repeat(20_000_000) : "a"), rounds: 3 });
    await run(it.to);
    expect(it.got.join("").length).toBeLessThan(2_000_000);
    expect(it.got.join("").endsWith("xa")).toBe(true);
  });

  it("says that nothing was printed, and ends when the job does", async () => {
    const it = world({ grow: () => "", rounds: 3 });
    await run(it.to);
    expect(it.states).toEqual(["nothing", "nothing", "nothing", "nothing"]);
    expect(it.got).toEqual([]);
  });

  it("begins anew where the file was begun anew", async () => {
    let total = 10;
    let over = false;
    const got: string[] = [];
    await run({
      read: async (piece) => {
        const from = "last" in piece ? 0 : piece.from;
        return { from, bytes: new Uint8Array(Math.max(0, total - from)).fill(65), total };
      },
      over: () => over,
      wait: async () => {
        over = total === 4;
        total = 4;
      },
      bytes: (bytes) => got.push("A".repeat(bytes.length)),
      restart: () => got.push("<restart>"),
      state: () => undefined,
    });
    expect(got).toEqual(["A".repeat(10), "<restart>", "AAAA"]);
  });

  it("fails with what the hub refuses for good", async () => {
    const it = world({ grow: () => "a", rounds: 2 });
    it.to.read = async () => {
      throw new Failure(403);
    };
    await expect(run(it.to)).rejects.toThrow("403");
  });
});
