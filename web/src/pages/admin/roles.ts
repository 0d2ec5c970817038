/** The hub's words for roles, taken apart and put together. */

const ADMINISTRATOR = "platform-administrator";
const OPERATOR = "center-operator:";

export const isAdministrator = (roles: string[]) => roles.includes(ADMINISTRATOR);

/** The ids of the centers somebody runs. */
export const centersOf = (roles: string[]) =>
  roles.filter((role) => role.startsWith(OPERATOR)).map((role) => role.slice(OPERATOR.length));

export function asRoles(administrator: boolean, centers: string[]): string[] {
  return [...(administrator ? [ADMINISTRATOR] : []), ...centers.map((center) => OPERATOR + center)];
}
