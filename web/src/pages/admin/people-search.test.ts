import { expect, it } from "vitest";
import { matches } from "./people-search";

it("people are found by parts of their names, in any order and case", () => {
  const user = { id: "usr_1", name: "wang.li", display_name: "王莉 Wang Li" };
  for (const found of ["", "li", "LI wang", "王", " usr_1 "]) expect(matches(user, found), found).toBe(true);
  expect(matches(user, "li zhang")).toBe(false);
});
