/** What members of an account may do to each other, as the hub sees to it. */

export const roles = ["owner", "administrator", "member"] as const;
export type Role = (typeof roles)[number];

/** The roles that one who has this role may give. */
export function settable(mine: string | undefined): readonly Role[] {
  if (mine === "owner") return roles;
  return mine === "administrator" ? ["member"] : [];
}

export function mayRemove(mine: string | undefined, theirs: string) {
  return mine === "owner" || (mine === "administrator" && theirs === "member");
}
