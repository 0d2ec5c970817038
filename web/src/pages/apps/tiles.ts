/** Which apps are shown, in which order and colour. */

import type { Schema } from "../../api/client";
import type { Language } from "../../i18n/i18n";
import { type Tile, tiles } from "../../theme/tokens";
import { fits } from "./rank";

export type App = Schema<"App"> & {
  /** When the person who asks ran it last. */
  last_used_at?: string | null;
};

export const colours = Object.keys(tiles) as Tile[];

/** The colour of a tile: the person's, else one that stays the same for this app. */
export function colourOf(app: string, chosen: Record<string, string> | undefined): Tile {
  const own = colours.find((colour) => colour === chosen?.[app]);
  if (own) return own;
  const sum = [...app].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  return colours[sum % colours.length] as Tile;
}

/** Apps that fit the search and the tag, the last used first, the others by their title. */
export function shown(apps: App[], search: string, tag: string | undefined, title: (app: App) => string): App[] {
  const texts = (app: App) => [app.app, ...Object.values(app.title), ...Object.values(app.description), ...app.tags];
  const used = (app: App) => (app.last_used_at ? Date.parse(app.last_used_at) : 0);
  return apps
    .filter((app) => (!tag || app.tags.includes(tag)) && (!search.trim() || fits(search.trim(), texts(app))))
    .sort((a, b) => used(b) - used(a) || title(a).localeCompare(title(b)));
}

const HAN = /\p{Script=Han}/u;

/** An app's tags in this language: authors write them in both. All of them, where none is in it. */
export function tagsOf(app: App, language: Language): string[] {
  const own = app.tags.filter((tag) => HAN.test(tag) === (language === "zh"));
  return own.length ? own : app.tags;
}

/** The tags of all apps, those of most apps first. */
export function allTags(apps: App[], language: Language): string[] {
  const counts = new Map<string, number>();
  for (const tag of apps.flatMap((app) => tagsOf(app, language))) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([tag]) => tag);
}
