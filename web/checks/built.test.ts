// @vitest-environment node
/** The built pages: what a browser loads before the first page is shown stays small, and is the same compressed or not. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { expect, it } from "vitest";

const built = join(import.meta.dirname, "../dist/pages");
type Chunk = { file: string; src?: string; isEntry?: boolean; imports?: string[] };

/** Bytes of scripts, squeezed as they are sent: the entry, what it imports at once, and the strings of a language. */
function before(manifest: Record<string, Chunk>): number {
  const wanted = new Set<string>();
  const add = (name: string) => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const one of manifest[name]?.imports ?? []) add(one);
  };
  for (const [name, chunk] of Object.entries(manifest))
    if (chunk.isEntry || chunk.src === "src/strings/zh/index.ts" || chunk.src === "src/strings/en/index.ts") add(name);
  return [...wanted]
    .map((name) => manifest[name]?.file)
    .filter((file) => file?.endsWith(".js"))
    .reduce((sum, file) => sum + statSync(join(built, `${file}.br`)).size, 0);
}

it("less than 300 KB of script comes before the first page", () => {
  const manifest = JSON.parse(readFileSync(join(built, ".vite/manifest.json"), "utf8"));
  const bytes = before(manifest);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(300_000);
});

it("each compressed copy holds what its file holds", () => {
  const copies = readdirSync(built, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".br"));
  expect(copies.length).toBeGreaterThan(50);
  const differ = copies.filter((copy) => {
    const file = readFileSync(join(built, copy.slice(0, -".br".length)));
    return !brotliDecompressSync(readFileSync(join(built, copy))).equals(file);
  });
  expect(differ).toEqual([]);
});
