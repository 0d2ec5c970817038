import { describe, expect, it } from "vitest";
import { MOST, Tail } from "./tail";

const lines = (tail: Tail) => tail.show().blocks.flatMap((block) => block.lines);

describe("the tail of an output", () => {
  it("has the same lines however the text was cut on its way", () => {
    const text = Array.from({ length: 700 }, (_, number) => `line ${number}`).join("\n");
    for (const size of [1, 7, 4096, text.length]) {
      const tail = new Tail();
      for (let at = 0; at < text.length; at += size) tail.add(text.slice(at, at + size));
      expect(lines(tail)).toEqual(text.split("\n").slice(0, -1));
      expect(tail.show().rest).toBe("line 699");
    }
  });

  it("keeps so many lines and no more, the latest ones, and tells how many it let go", () => {
    const tail = new Tail();
    for (let number = 0; number < 20_000; number++) tail.add(`line ${number}\n`);
    const kept = lines(tail);
    expect(kept.length).toBeLessThanOrEqual(MOST);
    expect(kept.length).toBeGreaterThan(MOST - 300);
    expect(kept.at(-1)).toBe("line 19999");
    expect(tail.show().dropped + kept.length).toBe(20_000);
  });

  it("cuts a line that has no end", () => {
    const tail = new Tail();
    for (let time = 0; time < 100; time++) tail.add("x".repeat(10_000));
    expect(tail.show().rest.length).toBeLessThan(5000);
    tail.add("\nnext\n");
    expect(lines(tail).at(-1)).toBe("next");
  });

  it("leaves the blocks before as they were, so that they need not be drawn again", () => {
    const tail = new Tail();
    tail.add("a\n".repeat(250));
    const before = tail.show().blocks[0];
    tail.add("b\n");
    expect(tail.show().blocks[0]).toBe(before);
  });
});
