/** The sections of the navigation, by task; a section is there for those who may see it. */

import type { LinkProps } from "@tanstack/react-router";
import type { User } from "../../api/session";

export type Entry = {
  to: NonNullable<LinkProps["to"]>;
  label: Label;
  for: "all" | "people" | "operators" | "administrators";
};
type Label = "overview" | "apps" | "jobs" | "machines" | "account" | "centers" | "people" | "prices" | "audit";
export type Section = { title?: "paying" | "platform"; entries: Entry[] };

export const sections: Section[] = [
  {
    entries: [
      { to: "/", label: "overview", for: "people" },
      { to: "/apps", label: "apps", for: "all" },
      { to: "/jobs", label: "jobs", for: "people" },
      { to: "/machines", label: "machines", for: "all" },
    ],
  },
  { title: "paying", entries: [{ to: "/account", label: "account", for: "people" }] },
  {
    title: "platform",
    entries: [
      { to: "/admin/centers", label: "centers", for: "operators" },
      { to: "/admin/people", label: "people", for: "administrators" },
      { to: "/admin/prices", label: "prices", for: "operators" },
      { to: "/admin/audit", label: "audit", for: "administrators" },
    ],
  },
];

const OPERATOR = "center-operator:";

/** What somebody may do, asked in one place. */
export const may = {
  administer: (user: User | null | undefined) => user?.roles.includes("platform-administrator") ?? false,
  /** Runs this center, or any where none is named. */
  operate: (user: User | null | undefined, center?: string) =>
    may.administer(user) ||
    (user?.roles.some((role) => (center ? role === OPERATOR + center : role.startsWith(OPERATOR))) ?? false),
};

const sees: Record<Entry["for"], (user: User | null | undefined) => boolean> = {
  all: () => true,
  // Also while it is not known who it is: then somebody had signed in, and the entries do not move when it is.
  people: (user) => user !== null,
  operators: (user) => may.operate(user),
  administrators: may.administer,
};

export function visible(user: User | null | undefined): Section[] {
  return sections
    .map((section) => ({ ...section, entries: section.entries.filter((entry) => sees[entry.for](user)) }))
    .filter((section) => section.entries.length > 0);
}
