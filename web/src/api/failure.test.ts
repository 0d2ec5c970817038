import { describe, expect, it } from "vitest";
import { asFault, Failure } from "./failure";

describe("what broke a page", () => {
  it("is no lost connection where the page itself is at fault", () => {
    expect(asFault(new TypeError("Cannot read properties of null")).offline).toBe(false);
  });

  it("is one where a script of the page could not be loaded, or the hub not be reached", () => {
    expect(asFault(new TypeError("Failed to fetch dynamically imported module: /assets/a.js")).offline).toBe(true);
    expect(asFault(new Error("Unable to preload CSS for /assets/a.css")).offline).toBe(true);
    expect(asFault(new Failure(0)).offline).toBe(true);
  });
});
