/** Names and addresses of a job's files. */

import type { Schema } from "../../../../api/client";

export type File = Schema<"JobFile">;

export const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
const safe = (path: string) => path.split("/").map(encodeURIComponent).join("/");

/** Where the hub gives something about a file: its bytes, its lines, what is found in it. */
export function fileAddress(
  what: "files" | "lines" | "search",
  job: string,
  path: string,
  query: Record<string, string | number | undefined>,
) {
  const asked = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  const search = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return `/api/v1/jobs/${encodeURIComponent(job)}/${what}/${safe(path)}?${search}`;
}

/** A folder and those it lies in, the outermost first: `a`, `a/b`, `a/b/c`. */
export function trail(folder: string | undefined): string[] {
  if (!folder) return [];
  const parts = folder.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Folders first, then by name as people count: `step2` before `step10`. */
export function inOrder(files: File[], language: string): File[] {
  const names = new Intl.Collator(language, { numeric: true });
  return files.toSorted(
    (one, other) => Number(other.folder) - Number(one.folder) || names.compare(one.path, other.path),
  );
}
