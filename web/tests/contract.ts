/** The hub's contract, read: which operation an address belongs to, and the least that it may be answered with. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** As far as the contract uses JSON Schema. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  example?: unknown;
  format?: string;
  minimum?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
};
type Operation = { responses: Record<string, { content?: Record<string, { schema: Schema }> }> };

export const contract = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../openapi/hub.json"), "utf8")) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

/** Paths of which fewer parts are free come first; what a path of a file stands for may hold slashes. */
const shapes = Object.keys(contract.paths)
  .map((path) => ({ path, free: path.split("{").length, shape: shapeOf(path) }))
  .sort((a, b) => a.free - b.free);

function shapeOf(path: string) {
  return new RegExp(`^${path.replace("{path}", ".+").replace(/\{\w+\}/g, "[^/]+")}$`);
}

/** The operation that an address is answered by. */
export function operationAt(method: string, address: string) {
  const found = shapes.find(({ path, shape }) => shape.test(address) && contract.paths[path]?.[method]);
  const operation = found && contract.paths[found.path]?.[method];
  if (!operation) throw new Error(`the contract has no ${method} ${address}`);
  return { path: found.path, ...wentWell(operation) };
}

/** What an operation answers where it goes well: its status, and the schema of what is JSON. */
export function wentWell({ responses }: Operation) {
  const [status = "200", answer] = Object.entries(responses).find(([code]) => code.startsWith("2")) ?? [];
  return { status: Number(status), schema: answer?.content?.["application/json"]?.schema };
}

/**
 * The least that a schema allows, with what is told laid over it: what must be there, the first word of an enum, an empty
 * list. A text of which nothing is known reads as its property is called.
 */
export function least(schema: Schema, told?: unknown, name = "text"): unknown {
  if (schema.$ref) return least(named(schema.$ref), told, name);
  if (told === null) return null;
  if (schema.oneOf) return least(alternative(schema.oneOf, told), told, name);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => least(part, told, name)));
  if (schema.properties) return record(schema, (told ?? {}) as Record<string, unknown>);
  if (schema.items) return ((told ?? []) as unknown[]).map((one) => least(schema.items as Schema, one, name));
  return told ?? schema.enum?.[0] ?? schema.example ?? plain(schema, name);
}

function named(reference: string): Schema {
  return contract.components.schemas[reference.split("/").at(-1) as string] as Schema;
}

function record({ properties = {}, required = [] }: Schema, told: Record<string, unknown>) {
  const names = Object.keys(properties).filter((name) => required.includes(name) || told[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, least(properties[name] as Schema, told[name], name)]));
}

/** The one whose own words are those that are told; the first where none is told. */
function alternative(schemas: Schema[], told: unknown): Schema {
  const real = schemas.filter(({ type }) => type !== "null");
  const wanted = (told as { kind?: unknown } | undefined)?.kind;
  const fits = real.find((one) => (least(one) as { kind?: unknown } | undefined)?.kind === wanted);
  return (wanted === undefined ? real[0] : fits) as Schema;
}

function plain({ type, format, minimum }: Schema, name: string): unknown {
  const kinds = [type].flat();
  if (kinds.includes("null")) return null;
  if (kinds.includes("array")) return [];
  if (kinds.includes("boolean")) return false;
  if (kinds.includes("integer") || kinds.includes("number")) return minimum ?? 0;
  if (kinds.includes("string")) return format === "date-time" ? new Date().toISOString() : name;
  return {};
}
