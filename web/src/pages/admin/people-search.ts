/** Finds people by parts of their names, in any order. */

import type { Schema } from "../../api/client";

export function matches(user: Pick<Schema<"User">, "name" | "display_name" | "id">, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${user.name} ${user.display_name} ${user.id}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
