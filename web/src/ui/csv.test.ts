import { describe, expect, it } from "vitest";
import { csv } from "./csv";

describe("a table to take along", () => {
  it("quotes what would break a line or a cell", () => {
    expect(csv([["a", 'say "x"', "1,2", "two\nlines"]])).toBe('\uFEFFa,"say ""x""","1,2","two\nlines"\r\n');
  });

  it("lets no text become a formula, and leaves negative numbers numbers", () => {
    expect(csv([["=1+1", "@cmd", -2.5, null]])).toBe("\uFEFF'=1+1,'@cmd,-2.5,\r\n");
    for (const text of ["+1", "-1", "\tx", "\rx"]) expect(csv([[text]])).toContain(`'${text}`);
  });
});
