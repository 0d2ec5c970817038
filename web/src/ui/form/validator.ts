/**
 * Checks values against a form's schema by interpreting it, because the pages' policy allows no code made from text. It
 * stands behind the interface of react-jsonschema-form, and says what is wrong in the words of `messages.ts`.
 */

import { type OutputUnit, Validator } from "@cfworker/json-schema";
import type { ErrorSchema, RJSFSchema, RJSFValidationError, ValidationData, ValidatorType } from "@rjsf/utils";
import { alternatives, complaint } from "./messages";
import { type FormSchema, filled, ordered, type Property, type Values } from "./schema";

/** What is wrong, by parameter. */
export type Complaints = Record<string, string[]>;

/** Keywords that only say that something below them failed. */
const wrappers = new Set(["properties", "items", "oneOf", "anyOf", "allOf", "additionalProperties", "if"]);

/** All that is wrong with these values, at most one thing a parameter. */
export function complaints(schema: FormSchema, values: Values): Complaints {
  const given = filled(values);
  const found: Complaints = {};
  const add = (name: string, text: string) => {
    found[name] ??= [text];
  };
  const { oneOf, ...flat } = schema;
  for (const unit of check({ ...flat, properties: readable(schema.properties) }, given)) {
    const name = subject(unit);
    if (name) add(name, complaint(unit.keyword, schema.properties[name], given[name]));
  }
  if (oneOf && !oneSet(oneOf, given)) {
    const named = oneOf.flatMap((set) => set.required).find((name) => given[name] === undefined) ?? first(oneOf);
    if (named) add(named, alternatives(schema));
  }
  return found;
}

/** Exactly one set is given whole, and nothing of another one. */
function oneSet(sets: { required: string[] }[], given: Values): boolean {
  const has = (name: string) => given[name] !== undefined;
  const whole = sets.filter((set) => set.required.every(has));
  const stray = sets.filter((set) => set.required.some(has) && !set.required.every(has));
  return whole.length === 1 && stray.length === 0;
}

/** The properties without patterns that this browser cannot read: the hub holds a text to those. */
function readable(properties: FormSchema["properties"]): FormSchema["properties"] {
  const reads = (pattern: string) => {
    try {
      return Boolean(new RegExp(pattern, "u"));
    } catch {
      return false;
    }
  };
  const one = ({ pattern, ...rest }: Property): Property =>
    pattern !== undefined && reads(pattern) ? { ...rest, pattern } : rest;
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, one(property)]));
}

const first = (sets: { required: string[] }[]) => sets[0]?.required[0];

function check(schema: object, value: unknown): OutputUnit[] {
  // A page may hold what JSON cannot: it is checked as it will be sent.
  return new Validator(schema, "2020-12", false).validate(JSON.parse(JSON.stringify(value ?? null))).errors;
}

/** The parameter an error is about. */
function subject({ keyword, instanceLocation, error }: OutputUnit): string | undefined {
  if (keyword === "required" || keyword === "additionalProperties") return /"(.+)"/.exec(error)?.[1];
  if (wrappers.has(keyword)) return undefined;
  return instanceLocation.split("/")[1];
}

/** The first parameter with a complaint, as the form shows them. */
export const firstWrong = (schema: FormSchema, found: Complaints) => ordered(schema).find((name) => found[name]);

/** Complaints in the shape of react-jsonschema-form. */
export function errorSchema(found: Complaints): ErrorSchema<Values> {
  return Object.fromEntries(Object.entries(found).map(([name, __errors]) => [name, { __errors }]));
}

export const validator: ValidatorType<Values, RJSFSchema> = {
  validateFormData(formData, schema): ValidationData<Values> {
    const found = complaints(asForm(schema), formData ?? {});
    const errors: RJSFValidationError[] = Object.entries(found).flatMap(([name, texts]) =>
      texts.map((message) => ({ property: `.${name}`, message, stack: message })),
    );
    return { errors, errorSchema: errorSchema(found) };
  },
  isValid: (schema, formData) => check(schema, formData).length === 0,
  rawValidation: <Result>(schema: RJSFSchema, formData?: Values) => ({ errors: check(schema, formData) as Result[] }),
};

/** The interface hands over any schema; ours has these parts. */
const asForm = (schema: RJSFSchema) => ({ required: [], ...schema }) as unknown as FormSchema;
