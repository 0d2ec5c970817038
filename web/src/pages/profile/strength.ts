/**
 * How many guesses a password withstands: the cheapest way to say it as words a guesser knows, runs, repeats, dates and, for
 * what is left, single characters (after Wheeler, "zxcvbn", USENIX Security 2016). It stays on this page.
 */

import { common, rows } from "./words";

/** 0: guessed at once … 4: not guessed by anybody who has stolen its hash. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** A character that fits nothing a guesser knows counts as this many tries. */
const OTHER = 12;
/** Having to put one more part in its place. */
const PART = 1.5;
const LONGEST = 100;
const ranks = new Map(common.map((word, index) => [word, index + 2]));
const leet: Record<string, string> = { "0": "o", "1": "l", "3": "e", "4": "a", "@": "a", $: "s", "5": "s", "7": "t" };

/** The base-10 logarithm of the guesses it takes. `own` are words the guesser knows of this person. */
export function guesses(password: string, own: string[] = []): number {
  const text = [...password].slice(0, LONGEST).join("");
  const known = new Map(ranks);
  for (const word of own) if (word.length > 2) known.set(word.toLowerCase(), 1);
  const best = [0];
  for (let end = 1; end <= text.length; end += 1) {
    best[end] = Number.POSITIVE_INFINITY;
    for (let start = 0; start < end; start += 1) {
      const cost =
        (best[start] ?? 0) + (start ? Math.log10(PART) : 0) + Math.log10(tries(text.slice(start, end), known));
      if (cost < (best[end] ?? 0)) best[end] = cost;
    }
  }
  return best[text.length] ?? 0;
}

/** How many guesses one part takes. */
function tries(part: string, known: Map<string, number>): number {
  const wide = [...part].reduce((all, character) => all * (character > "\u02ff" ? 2000 : OTHER), 1);
  return Math.min(wide, word(part, known), repeat(part), run(part), date(part));
}

function word(part: string, known: Map<string, number>) {
  const lower = part.toLowerCase();
  const plain = [...lower].map((character) => leet[character] ?? character).join("");
  const shapes: [string, number][] = [
    [lower, 1],
    [plain, 4],
    [[...lower].reverse().join(""), 2],
  ];
  const rank = Math.min(...shapes.map(([shape, more]) => (known.get(shape) ?? Number.POSITIVE_INFINITY) * more));
  const capitals = lower === part ? 1 : /^[A-Z][^A-Z]*$|^[^a-z]*$/.test(part) ? 2 : 2 ** Math.min(part.length, 8);
  return rank * capitals;
}

function repeat(part: string) {
  for (let size = 1; size <= part.length / 2; size += 1) {
    const piece = part.slice(0, size);
    if (part.length % size === 0 && piece.repeat(part.length / size) === part)
      return OTHER ** size * (part.length / size);
  }
  return Number.POSITIVE_INFINITY;
}

function run(part: string) {
  if (part.length < 3) return Number.POSITIVE_INFINITY;
  const lower = part.toLowerCase();
  const back = [...lower].reverse().join("");
  const along = rows.some((row) => `${row}${row}`.includes(lower) || `${row}${row}`.includes(back));
  return along ? 40 * part.length : Number.POSITIVE_INFINITY;
}

/** Years and dates of people's lives. */
function date(part: string) {
  if (/^(19|20)\d\d$/.test(part)) return 120;
  if (/^(19|20)\d\d[-./]?(0?[1-9]|1[0-2])([-./]?(0?[1-9]|[12]\d|3[01]))?$/.test(part)) return 365 * 100;
  if (/^(0?[1-9]|[12]\d|3[01])[-./]?(0?[1-9]|1[0-2])[-./]?(19|20)?\d\d$/.test(part)) return 365 * 100;
  return Number.POSITIVE_INFINITY;
}

/** Bounds in powers of ten: online, many tries; a slow hash that was stolen; a fast one. */
const BOUNDS = [4, 7, 10, 13];

export function strength(password: string, own: string[] = []): Strength {
  const power = guesses(password, own);
  return BOUNDS.filter((bound) => power >= bound).length as Strength;
}
