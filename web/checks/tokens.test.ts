/** Style sheets use only colours that a theme gives: an unknown one is silently none. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { palettes } from "../src/theme/tokens";

const root = join(import.meta.dirname, "../src");
const sheets = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".css"));
const text = (file: string) => readFileSync(join(root, file), "utf8");
const scripts = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));

test("every variable a style sheet uses is given by a theme, a sheet or a script", () => {
  const given = new Set(Object.keys(palettes.light).map((name) => `--${name}`));
  for (const file of sheets) for (const [, name] of text(file).matchAll(/(--[\w-]+)\s*:/g)) given.add(name as string);
  for (const file of scripts) for (const [, name] of text(file).matchAll(/"(--[\w-]+)"/g)) given.add(name as string);
  const unknown = sheets.flatMap((file) =>
    [...text(file).matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name as string).filter((name) => !given.has(name)),
  );
  expect(unknown.filter((name) => !name.startsWith("--tile-"))).toEqual([]);
});
