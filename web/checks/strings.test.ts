// @vitest-environment node
/** Both languages say everything, nothing lies around unused, and no page says anything that is in neither. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vite";
import { describe, expect, it } from "vitest";
import en from "../src/strings/en";
import zh from "../src/strings/zh";

type Tree = { [key: string]: string | Tree };

function keys(tree: Tree, before = ""): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [before + key] : keys(value, `${before + key}.`),
  );
}

/** English has one form for one and one for many; Chinese has one. */
const plain = (key: string) => key.replace(/_(one|other)$/, "");
const said = { en: new Set(keys(en as Tree).map(plain)), zh: new Set(keys(zh as Tree).map(plain)) };

const root = join(import.meta.dirname, "../src");
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|schema\.d\.ts|^strings/.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

/** Words that are the same everywhere. */
const same = new Set(["Tieline"]);
const shown = new Set([
  "title",
  "label",
  "placeholder",
  "aria-label",
  "alt",
  "description",
  "text",
  "help",
  "okText",
  "cancelText",
]);

type Node = { type: string; [key: string]: unknown };

function* nodes(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* nodes(one);
  else if (value && typeof value === "object") {
    if (typeof (value as Node).type === "string") yield value as Node;
    for (const part of Object.values(value)) yield* nodes(part);
  }
}

function hardCoded(text: string): string[] {
  const found: string[] = [];
  for (const node of nodes(parseAst(text, { lang: "tsx" }))) {
    const words =
      node.type === "JSXText"
        ? (node.value as string)
        : node.type === "JSXAttribute" &&
            shown.has((node.name as { name: string }).name) &&
            (node.value as Node | null)?.type === "Literal"
          ? String((node.value as Node).value)
          : "";
    if (/\p{L}/u.test(words) && !same.has(words.trim())) found.push(words.trim());
  }
  return found;
}

describe("the strings of the pages", () => {
  it("are the same in both languages", () => {
    expect([...said.en].filter((key) => !said.zh.has(key))).toEqual([]);
    expect([...said.zh].filter((key) => !said.en.has(key))).toEqual([]);
  });

  it("are all used", () => {
    const all = sources.map(({ text }) => text).join("\n");
    const whole = new Set([...all.matchAll(/["'`]([a-z_]+(?:\.[A-Za-z0-9_-]+)+)["'`]/g)].map((match) => match[1]));
    const made = [...all.matchAll(/`([a-z_]+(?:\.[A-Za-z0-9_]+)*\.)\$\{/g)].map((match) => match[1] as string);
    const used = (key: string) => whole.has(key) || made.some((prefix) => key.startsWith(prefix));
    expect([...said.en].filter((key) => !used(key))).toEqual([]);
  });

  it("hold their Chinese in Chinese and their English in English", () => {
    const of = (tree: Tree) =>
      keys(tree).map(
        (key) =>
          [
            key,
            key.split(".").reduce<Tree | string>((at, part) => (at as Tree)[part] as Tree, tree) as string,
          ] as const,
      );
    expect(of(en as Tree).filter(([, text]) => /\p{Script=Han}/u.test(text))).toEqual([]);
    expect(
      of(zh as Tree).filter(
        ([, text]) => !/\p{Script=Han}/u.test(text) && /[a-z]{3}/.test(text.replace(/\{\{.*?\}\}/g, "")),
      ),
    ).toEqual([]);
  });

  it.each(sources.filter(({ file }) => file.endsWith("x")))("are not written into $file", ({ text }) => {
    expect(hardCoded(text)).toEqual([]);
  });

  it("would be found if they were", () => {
    expect(hardCoded('const a = <p title="Hello">World {1}</p>;')).toEqual(["Hello", "World"]);
  });
});
