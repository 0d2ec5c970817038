import { describe, expect, it } from "vitest";
import { certificate, clock, clockIsOff, commands, countdown } from "./gateway";

const now = Date.parse("2026-11-27T09:00:00Z");

describe("a gateway's health", () => {
  it("names its clock's offset in the unit that fits, with its sign", () => {
    expect([clock(-769), clock(12_345), clock(-3_200_000), clock(0)]).toEqual([
      "−769 µs",
      "+12.3 ms",
      "−3.2 s",
      "±0 µs",
    ]);
    expect([clockIsOff(-769), clockIsOff(3_000_000), clockIsOff(-3_000_000)]).toEqual([false, true, true]);
  });

  it("warns of a certificate that ends soon, and says when it has", () => {
    expect(certificate("2026-12-27T09:00:00Z", now)).toBe("good");
    expect(certificate("2026-11-30T09:00:00Z", now)).toBe("soon");
    expect(certificate("2026-11-27T08:59:00Z", now)).toBe("over");
  });
});

describe("a join token", () => {
  it("counts down to its end and no further", () => {
    expect(countdown("2026-11-27T09:15:00Z", now)).toBe("15:00");
    expect(countdown("2026-11-27T09:00:05Z", now)).toBe("0:05");
    expect(countdown("2026-11-27T08:59:59Z", now)).toBeUndefined();
  });

  it("is used by a command that can be pasted as it is", () => {
    expect(commands("https://hub.example", "abc.def")[0]).toBe(
      "tieline gateway join --hub https://hub.example --token abc.def",
    );
  });
});
