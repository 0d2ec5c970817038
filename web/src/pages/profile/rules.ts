/** The hub's rules for a new password, so that they can be said before it is asked. */

export const SHORTEST = 10;
export const LONGEST = 1000;

export const rules = ["length", "bytes", "name"] as const;
export type Rule = (typeof rules)[number];

/** The rules a password breaks. That it is not among the most common ones only the hub knows. */
export function broken(password: string, name: string): Rule[] {
  const holds: Record<Rule, boolean> = {
    length: [...password].length >= SHORTEST,
    bytes: new TextEncoder().encode(password).length <= LONGEST,
    name: password.toLowerCase() !== name.toLowerCase(),
  };
  return rules.filter((rule) => !holds[rule]);
}
