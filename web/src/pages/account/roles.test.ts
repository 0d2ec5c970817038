import { expect, it } from "vitest";
import { mayRemove, settable } from "./roles";

it("owners set any role, administrators only members, members nothing", () => {
  expect(settable("owner")).toEqual(["owner", "administrator", "member"]);
  expect(settable("administrator")).toEqual(["member"]);
  expect(settable("member")).toEqual([]);
  expect(settable(undefined)).toEqual([]);
});

it("an administrator takes out members only", () => {
  expect(mayRemove("owner", "owner")).toBe(true);
  expect(mayRemove("administrator", "member")).toBe(true);
  expect(mayRemove("administrator", "owner")).toBe(false);
  expect(mayRemove("member", "member")).toBe(false);
});
