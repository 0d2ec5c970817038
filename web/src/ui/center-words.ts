/** What every center's gateway says of its user map, in the spoken language; anything else a center says stands as it came. */

import i18next from "i18next";

const known = [
  [/^rule (?<number>\d+) of the center's user map$/, "user_map.rule"],
  [/^no rule of the center's user map fits '(?<user>.+)' on (?<machine>.+)$/, "user_map.none"],
  [/^the center's user map denies '(?<user>.+)'$/, "user_map.denies"],
  [/^'(?<name>.+)' is a system account, and the rule does not set allow_system$/, "user_map.system"],
  [/^the user map cannot be read$/, "user_map.unread"],
] as const;

export function centersWords(text: string): string {
  for (const [shape, key] of known) {
    const found = shape.exec(text);
    if (found) return i18next.t(key as "user_map.rule", { ...found.groups } as { number: string });
  }
  return text;
}
