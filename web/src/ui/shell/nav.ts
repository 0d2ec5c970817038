/** The sections of the navigation, by task; a section is there for those who may see it. */

import type { LinkProps } from "@tanstack/react-router";
import type { User } from "../../api/session";

export type Entry = { to: NonNullable<LinkProps["to"]>; label: Label; for: "all" | "people" | "administrators" };
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
      { to: "/admin/centers", label: "centers", for: "administrators" },
      { to: "/admin/people", label: "people", for: "administrators" },
      { to: "/admin/prices", label: "prices", for: "administrators" },
      { to: "/admin/audit", label: "audit", for: "administrators" },
    ],
  },
];

/** What somebody may do, asked in one place. */
export const may = {
  administer: (user: User | null | undefined) => user?.roles.includes("platform-administrator") ?? false,
};

export function visible(user: User | null | undefined): Section[] {
  const sees = (entry: Entry) => entry.for === "all" || (entry.for === "people" ? Boolean(user) : may.administer(user));
  return sections
    .map((section) => ({ ...section, entries: section.entries.filter(sees) }))
    .filter((section) => section.entries.length > 0);
}
