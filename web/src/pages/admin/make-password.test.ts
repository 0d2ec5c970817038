import { expect, it } from "vitest";
import { makePassword } from "./make-password";

it("a made password has sixteen characters that are not mistaken for others", () => {
  const password = makePassword((count) => crypto.getRandomValues(new Uint8Array(count)));
  expect(password).toMatch(/^[a-zA-Z2-9]{16}$/);
  expect(password).not.toMatch(/[lIoO01]/);
});

it("bytes that would make some letters likelier are passed over", () => {
  let turn = 0;
  expect(makePassword((count) => new Uint8Array(count).fill(turn++ ? 0 : 255), 4)).toBe("aaaa");
});
