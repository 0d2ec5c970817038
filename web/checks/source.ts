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

/** Why a machine cannot run a job: the words of `Reason`. */
export function reasons(): string[] {
  const text = readFileSync(join(root, "domain/plan/src/placement/reason.rs"), "utf8");
  return [...text.matchAll(/^ {4}\w+ = "(\w+)",/gm)].map(([, word]) => word as string);
}

/** What errors are called on the wire: their kinds, and the codes that are finer. */
export function codes(): string[] {
  const kinds = readFileSync(join(root, "domain/model/src/error.rs"), "utf8").matchAll(/Self::\w+ => "(\w+)",/g);
  const finer = ["service/hub/src", "domain", "edge/store/hub/src"].flatMap((folder) =>
    rust(folder).flatMap((text) => [...text.matchAll(/\.code\("(\w+)"\)/g)]),
  );
  return [...new Set([...kinds, ...finer].map(([, word]) => word as string))].sort();
}

/** What a gateway says of its user map to the person it is about, with something in each place of a value. */
export function gatewaySays(): string[] {
  const files = ["usermap.rs", "run/questions.rs"].map((file) =>
    readFileSync(join(root, "service/gateway/src", file), "utf8"),
  );
  const own = files.map((text) => text.split("#[cfg(test)]")[0] as string).join("\n");
  const texts = [...own.matchAll(/(?:Refused\(|let why = |map\(\|rule\| )(?:format!\()?"([^"]+)"/g)].map(
    ([, text]) => text as string,
  );
  return texts.map((text) => text.replace(/\{[^}]*\}/g, "7"));
}

/** The actions that the hub writes into its audit log. */
export function auditActions(): string[] {
  return [...new Set(rust("service/hub/src").flatMap(actionsIn))].sort();
}

/** The product's own source below a folder; tests make up words of their own. */
function rust(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const own = files.filter((file) => file.endsWith(".rs") && !/(^|\/)tests?(\.rs|\/)/.test(file));
  return own.map(
    (file) => readFileSync(join(root, folder, file), "utf8").split("#[cfg(test)]\nmod tests {")[0] as string,
  );
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
