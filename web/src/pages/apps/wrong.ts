/** All that is wrong with a form, from the page's own checks and from the hub's, by field. */

import i18next from "i18next";
import { asFailure, type ErrorBody } from "../../api/failure";
import { explain } from "../../ui/explain";
import type { Sending } from "../../ui/files/uploads";
import { type FormSchema, ordered } from "../../ui/form/schema";
import { type Complaints, complaints } from "../../ui/form/validator";
import type { Draft } from "./draft";
import { fieldOf } from "./request";
import { type WantedWrong, wantedWrong } from "./resources";

export type Wrong = { params: Complaints; wanted: WantedWrong };

/** What the page itself finds, files that are still on their way included. */
export function found(schema: FormSchema, draft: Draft, sending: Sending[]): Wrong {
  const params = complaints(schema, draft.params);
  for (const parameter of new Set(sending.map((one) => one.parameter)))
    params[parameter] = [inTheWay(sending.filter((one) => one.parameter === parameter))];
  return { params, wanted: wantedWrong(draft.wanted) };
}

/** Why files that are not there yet keep a form from being sent: first what somebody has to do something about. */
function inTheWay(sending: Sending[]): string {
  for (const state of ["failed", "interrupted"] as const) {
    const one = sending.find((file) => file.state === state);
    if (one) return i18next.t(`upload.in_the_way.${state}`, { name: one.name });
  }
  return i18next.t("upload.in_the_way.sending");
}

/** What the hub says, at the fields it names; the rest is for the form as a whole. */
export function told(errors: ErrorBody[], schema: FormSchema): { wrong: Wrong; rest: ErrorBody[] } {
  const wrong: Wrong = { params: {}, wanted: {} };
  const rest: ErrorBody[] = [];
  for (const error of errors) {
    const field = error.field ? fieldOf(error.field) : undefined;
    if (field && "parameter" in field && schema.properties[field.parameter]) add(wrong.params, field.parameter, error);
    else if (field && "resource" in field) add(wrong.wanted, field.resource, error);
    else rest.push(error);
  }
  return { wrong, rest };
}

function add<Key extends string>(list: Partial<Record<Key, string[]>>, key: Key, error: ErrorBody) {
  list[key] = [...(list[key] ?? []), explain(error)];
}

/** All errors of a refusal. */
export function errorsOf(error: unknown): ErrorBody[] {
  const { body } = asFailure(error);
  if (!body) return [];
  return body.errors?.length ? body.errors : [body];
}

/** Both together; where both have found something at a field, what was found first stands. */
export function both(first: Wrong, second: Wrong): Wrong {
  return { params: { ...second.params, ...first.params }, wanted: { ...second.wanted, ...first.wanted } };
}

/** Only what is wrong at these fields. */
export function only(wrong: Wrong, fields: ReadonlySet<string>): Wrong {
  const pick = <T extends object>(list: T) =>
    Object.fromEntries(Object.entries(list).filter(([name]) => fields.has(name)));
  return { params: pick(wrong.params) as Complaints, wanted: pick(wrong.wanted) as WantedWrong };
}

/** Without those of this field: what the hub said of it was about another value. */
export function without(errors: ErrorBody[], field: string): ErrorBody[] {
  return errors.filter((error) => {
    const at = error.field ? fieldOf(error.field) : undefined;
    return !at || ("parameter" in at ? at.parameter : at.resource) !== field;
  });
}

export const countOf = ({ params, wanted }: Wrong) => Object.keys(params).length + Object.keys(wanted).length;

/** The titles of the parameters and resources that are wrong. */
export function namesOf(wrong: Wrong, schema: FormSchema): string[] {
  const params = ordered(schema).filter((name) => wrong.params[name]);
  const titles = params.map((name) => schema.properties[name]?.title ?? name);
  return [...titles, ...Object.keys(wrong.wanted).map((name) => i18next.t(`app.${name}` as "app.cores"))];
}
