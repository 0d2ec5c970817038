import { expect, it } from "vitest";
import { broken } from "./rules";

it("a new password is judged as the hub does: by characters, bytes and the name", () => {
  expect(broken("短密码", "alice")).toEqual(["length"]);
  expect(broken("Elisabeth.W", "elisabeth.w")).toEqual(["name"]);
  expect(broken("密".repeat(334), "alice")).toEqual(["bytes"]);
  expect(broken("correct horse", "alice")).toEqual([]);
});
