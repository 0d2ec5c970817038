// @vitest-environment node
/**
 * Style sheets stay loaded when one leaves a page, so what one says of a class holds on all pages: a class that a sheet styles
 * by itself belongs to that sheet, and no other gives an element its name for something else.
 */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const source = join(import.meta.dirname, "../src");

/** The classes of the selectors that stand alone: by themselves, and those that come on top of another class. */
function classes(sheet: string) {
  const css = readFileSync(join(source, sheet), "utf8").replace(/\/\*.*?\*\//gs, "");
  const own = new Set<string>();
  const added = new Set<string>();
  for (const [, selectors] of css.matchAll(/([^{}]+)\{/g))
    for (const selector of (selectors as string).split(",").map((one) => one.trim())) {
      const names = selector
        .match(/^(\.[a-z][\w-]*)+/)?.[0]
        .slice(1)
        .split(".");
      if (!names || /[\s>+~]/.test(selector)) continue;
      if (names.length === 1) own.add(names[0] as string);
      else for (const name of names) added.add(name);
    }
  return { sheet, own, all: new Set([...own, ...added]) };
}

it("a class that a style sheet styles by itself is in no other sheet", () => {
  const sheets = globSync("**/*.css", { cwd: source }).map(classes);
  const shared = sheets.flatMap(({ sheet, own }) =>
    sheets
      .filter((other) => other.sheet !== sheet)
      .flatMap((other) =>
        [...own].filter((name) => other.all.has(name)).map((name) => `${name}: ${sheet}, ${other.sheet}`),
      ),
  );
  expect(sheets.length).toBeGreaterThan(20);
  expect(shared).toEqual([]);
});
