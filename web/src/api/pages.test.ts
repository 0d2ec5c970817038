import { describe, expect, it } from "vitest";
import { readAll } from "./pages";

const pages: Record<string, { items: number[]; next?: string | null }> = {
  first: { items: [1, 2], next: "b" },
  b: { items: [3], next: "c" },
  c: { items: [4], next: null },
};
const read = async (after: string | undefined) => pages[after ?? "first"] ?? { items: [] };

describe("a list that comes in pages", () => {
  it("is read to its end, and says how far it is", async () => {
    const counts: number[] = [];
    expect(await readAll(read, new AbortController().signal, (count) => counts.push(count))).toEqual([1, 2, 3, 4]);
    expect(counts).toEqual([2, 3, 4]);
  });

  it("is read no further than is needed", async () => {
    expect(await readAll(read, new AbortController().signal, undefined, (rows) => rows.includes(3))).toEqual([1, 2, 3]);
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    await expect(readAll(read, stop.signal, () => stop.abort())).rejects.toThrow();
  });
});
