import { describe, expect, it } from "vitest";
import { count, kindOf } from "./nodes";

const node = (state: string, allocated = 0) => ({ name: "n1", state, cores: 64, allocated });

describe("a node on the map", () => {
  it("is free, partly or fully used by its cores", () => {
    expect(kindOf(node("idle"))).toBe("free");
    expect(kindOf(node("mixed", 3))).toBe("partly");
    expect(kindOf(node("allocated", 64))).toBe("full");
  });

  it("is away when the scheduler says so in any of its ways", () => {
    for (const state of ["down*", "DOWN", "idle+drain", "mixed+drain", "reserved", "maint", "idle~"])
      expect(kindOf(node(state)), state).toBe("away");
  });

  it("is counted once", () => {
    expect(count([node("idle"), node("down"), node("mixed", 1), node("idle")])).toEqual({
      free: 2,
      partly: 1,
      full: 0,
      away: 1,
    });
  });
});
