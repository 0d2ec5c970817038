/** What the parts of a form know of the whole, and how it is divided. */

import { type FormSchema, ordered, type Property } from "./schema";

export type FormContext = {
  schema: FormSchema;
  /** Whether the advanced parameters are shown, because one of them is wrong. */
  unfolded: boolean;
  /** Whose form of which app it is: files that are being sent belong to it. `undefined` where nobody has signed in. */
  place: string | undefined;
  /** Where one comes back to after signing in. */
  here: string;
  /** A file has arrived at the hub; the form may be closed by then. */
  arrived: (parameter: string, file: string) => void;
};

type Part = { title?: string; names: string[] };

/** Parameters in parts, in the author's order: neighbours of one group stand together under its title. */
export function names(schema: FormSchema): { parts: Part[]; advanced: string[] } {
  const parts: Part[] = [];
  const advanced: string[] = [];
  let last: string | undefined;
  for (const name of ordered(schema)) {
    const hints = (schema.properties[name] as Property)["x-ui"];
    if (hints.advanced) {
      advanced.push(name);
      continue;
    }
    const part = parts.at(-1);
    if (part && last === hints.group) part.names.push(name);
    else parts.push({ title: schema["x-ui"].groups.find((group) => group.id === hints.group)?.title, names: [name] });
    last = hints.group;
  }
  return { parts, advanced };
}
