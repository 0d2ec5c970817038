import { expect, it } from "vitest";
import { agent } from "./agent";

it("a browser is named as people know it, and a program as it names itself", () => {
  const linux = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
  expect(agent(linux)).toBe("Chrome 140, Linux");
  expect(agent(`${linux} Edg/139.1`)).toBe("Edge 139, Linux");
  expect(
    agent(
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_1) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.1 Safari/605.1",
    ),
  ).toBe("Safari 18, macOS");
  expect(agent("tieline 0.1.0")).toBe("tieline 0.1.0");
});
