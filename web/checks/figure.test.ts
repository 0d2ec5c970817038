// @vitest-environment node
/** What the pages' measurement prints can be read as what the others print. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { figure } from "../tests/figure";

it("a figure has the parts that the other measurements' have, in their order", () => {
  const source = readFileSync(join(import.meta.dirname, "../../tool/bench/src/figure.rs"), "utf8");
  const parts = source.slice(source.indexOf("pub struct Figure"), source.indexOf("\n}\n")).matchAll(/pub (\w+):/g);
  const printed = JSON.parse(figure("first-page", "sign-in", "s", [3, 1, 2, 4], 2));
  expect(Object.keys(printed)).toEqual([...parts].map(([, part]) => part));
  expect(printed).toMatchObject({ ours: 2.5, peer: 2, peer_name: "target", ratio: 1.25, rounds: 4 });
});
