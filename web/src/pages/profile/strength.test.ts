import { describe, expect, it } from "vitest";
import { guesses, strength } from "./strength";

describe("the strength of a password", () => {
  it("is nothing for what everybody tries first", () => {
    for (const weak of ["password", "Passw0rd", "1234567890", "qwertyuiop", "aaaaaaaaaaaa", "5201314", "drowssap"])
      expect(strength(weak), weak).toBe(0);
  });

  it("is little for words with a year or one's own name in it", () => {
    expect(strength("alice1987", ["alice"])).toBeLessThanOrEqual(1);
    expect(strength("Summer2026", [])).toBeLessThanOrEqual(1);
    expect(guesses("elisabeth-1", ["elisabeth"])).toBeLessThan(guesses("elisabeth-1"));
  });

  it("is full for what nobody knows", () => {
    for (const strong of ["T7#vqLm2&xWz9p", "gravel otter lantern bishop", "研究所里的猫不吃鱼"])
      expect(strength(strong), strong).toBe(4);
  });

  it("never falls when something unknown is added", () => {
    let before = 0;
    for (const password of ["x", "xk", "xkq", "xkq7", "xkq7!", "xkq7!w", "xkq7!wv"]) {
      const now = guesses(password);
      expect(now).toBeGreaterThan(before);
      before = now;
    }
  });

  it("is found quickly for the longest", () => {
    const began = performance.now();
    guesses("a1B2".repeat(250));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
