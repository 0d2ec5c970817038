/** What is wrong with a value, exactly and in the spoken language. */

import i18next from "i18next";
import { number } from "../../i18n/format";
import type { FormSchema, Property } from "./schema";

const exact = (value: number) => number(value, 12);

/** Why this value breaks this keyword of its schema. */
export function complaint(keyword: string, property: Property | undefined, value: unknown): string {
  const t = i18next.t;
  if (!property) return t("field.unknown");
  if (keyword === "minimum" || keyword === "maximum") return range(property, value as number);
  if (keyword === "minLength" || keyword === "maxLength") return length(property, value as string);
  if (keyword === "minItems" || keyword === "maxItems") return count(property, value as unknown[]);
  if (keyword === "enum") return t("field.choice");
  if (keyword === "pattern") return t("field.pattern");
  if (keyword === "required") return missing(property);
  return t(`field.type.${property.type}`);
}

/** That a needed parameter has no value. */
export function missing(property: Property): string {
  const { widget } = property["x-ui"];
  if (widget === "file" || widget === "files") return i18next.t("field.missing_file");
  return i18next.t(widget === "select" ? "field.missing_choice" : "field.missing");
}

function range({ minimum, maximum }: Property, value: number): string {
  const given = exact(value);
  if (minimum !== undefined && maximum !== undefined)
    return i18next.t("field.range", { given, min: exact(minimum), max: exact(maximum) });
  if (minimum !== undefined) return i18next.t("field.at_least", { given, min: exact(minimum) });
  return i18next.t("field.at_most", { given, max: exact(maximum as number) });
}

function length({ minLength = 0, maxLength = 0 }: Property, value: string): string {
  return i18next.t("field.length", { given: exact([...value].length), min: exact(minLength), max: exact(maxLength) });
}

function count({ minItems = 0, maxItems = 0 }: Property, value: unknown[]): string {
  return i18next.t("field.files", { given: exact(value.length), min: exact(minItems), max: exact(maxItems) });
}

/** That not exactly one of the sets of parameters is given whole; the sets by their titles. */
export function alternatives(schema: FormSchema): string {
  const title = (name: string) => schema.properties[name]?.title ?? name;
  const and = i18next.t("field.and");
  const sets = schema.oneOf?.map((set) => set.required.map(title).join(and)) ?? [];
  return i18next.t("field.alternatives", { sets: sets.join(i18next.t("field.or")) });
}
