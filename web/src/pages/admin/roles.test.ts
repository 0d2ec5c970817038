import { expect, it } from "vitest";
import { asRoles, centersOf, isAdministrator } from "./roles";

it("roles are put together as they are taken apart", () => {
  const roles = asRoles(true, ["ctr_1", "ctr_2"]);
  expect(roles).toEqual(["platform-administrator", "center-operator:ctr_1", "center-operator:ctr_2"]);
  expect(isAdministrator(roles)).toBe(true);
  expect(centersOf(roles)).toEqual(["ctr_1", "ctr_2"]);
  expect(asRoles(false, [])).toEqual([]);
});
