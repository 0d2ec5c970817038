/** What the hub's own source says of words that the contract leaves open. */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** The states of a job with the base state each belongs to, out of `StateName` and `Base`. */
export function jobStates(): { word: string; base: string }[] {
  const text = readFileSync(join(root, "domain/model/src/job/state.rs"), "utf8");
  const body = (from: string, to: string) => text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from)));
  const word = (of: string) =>
    new Map([...of.matchAll(/Self::(\w+) => "(\w+)"/g)].map(([, name, word]) => [name, word] as [string, string]));
  const names = word(body("impl StateName {", "\nimpl "));
  const bases = word(body("impl Base {", "\nimpl "));
  const arms = body("pub fn base(self)", "\n    }\n").matchAll(/((?:Self::\w+[\s|]*)+)=> Base::(\w+)/g);
  return [...arms].flatMap(([, states = "", base = ""]) =>
    [...states.matchAll(/Self::(\w+)/g)].map(([, name = ""]) => ({
      word: names.get(name) as string,
      base: bases.get(base) as string,
    })),
  );
}

/** The actions that the hub writes into its audit log. */
export function auditActions(): string[] {
  const folder = join(root, "service/hub/src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".rs"));
  const words = files.flatMap((file) => actionsIn(readFileSync(join(folder, file), "utf8")));
  return [...new Set(words)].sort();
}

/** What stands as the action in each call, or what the variable that stands there may be. */
export function actionsIn(text: string): string[] {
  return [...text.matchAll(/\.audit\(/g)].flatMap(({ 0: call, index }) => {
    const action = parts(text.slice(index + call.length))[2] ?? "";
    const made = action.startsWith('"') ? action : (text.slice(0, index).split(`let ${action} =`).at(-1) ?? "");
    const words = [...made.slice(0, made.indexOf(";") + 1 || undefined).matchAll(/"([a-z_]+\.[a-z_]+)"/g)];
    if (words.length === 0) throw new Error(`no word of the audit log is to be read from ${call}${action}`);
    return words.map(([, word]) => word as string);
  });
}

/** The arguments of a call, up to its end. */
function parts(text: string): string[] {
  const found = [""];
  let depth = 0;
  for (const [piece] of text.matchAll(/"(?:\\.|[^"\\])*"|[\s\S]/g)) {
    if ("([{".includes(piece)) depth += 1;
    if (")]}".includes(piece)) depth -= 1;
    if (depth < 0) break;
    if (piece === "," && depth === 0) found.push("");
    else found[found.length - 1] += piece;
  }
  return found.map((one) => one.trim());
}
