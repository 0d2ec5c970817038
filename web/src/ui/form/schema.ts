/** The schema of an app's form as the hub sends it: JSON Schema of one level, with hints for the page under `x-ui`. */

export type Hints = {
  widget: "number" | "text" | "select" | "switch" | "file" | "files";
  order: number;
  advanced: boolean;
  group?: string;
  step?: number;
  /** The words of a choice, in the order of `enum`. */
  labels?: string[];
  /** Bytes a file may have at most. */
  maxSize?: number;
  /** Endings a file may have. */
  accept?: string[];
};

export type Property = {
  type: "integer" | "number" | "string" | "boolean" | "array";
  title: string;
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  enum?: string[];
  minItems?: number;
  maxItems?: number;
  items?: { type: "string" };
  "x-ui": Hints;
};

export type FormSchema = {
  title: string;
  description: string;
  properties: Record<string, Property>;
  required: string[];
  additionalProperties?: boolean;
  oneOf?: { required: string[] }[];
  "x-ui": { order: string[]; groups: { id: string; title: string }[] };
};

/** The values of a form by parameter; a file is its id. */
export type Values = Record<string, unknown>;

export const isFile = (property: Property) => property["x-ui"].widget === "file" || property["x-ui"].widget === "files";

/** Names of the parameters in the order the author wants. */
export const ordered = (schema: FormSchema) => schema["x-ui"].order.filter((name) => schema.properties[name]);

/** What a fresh form holds: folded parameters are submitted too. */
export function defaults(schema: FormSchema): Values {
  const values: Values = {};
  for (const name of ordered(schema)) {
    const property = schema.properties[name] as Property;
    if (property.default !== undefined) values[name] = property.default;
    else if (property.type === "boolean") values[name] = false;
  }
  return values;
}

/** Values without what says nothing: emptied fields and lists. */
export function filled(values: Values): Values {
  const says = ([, value]: [string, unknown]) =>
    value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(values).filter(says));
}

/**
 * The schema as it is drawn. Defaults are left out, because a field that somebody emptied stays empty, and so is the choice
 * between sets of parameters, which is said in words at the fields.
 */
export function drawn(schema: FormSchema): object {
  const properties = Object.entries(schema.properties).map(([name, { default: _, ...property }]) => [name, property]);
  return { type: "object", properties: Object.fromEntries(properties), required: schema.required };
}
