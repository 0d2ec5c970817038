/** A line cut where a text occurs in it, upper or lower case, so that it can be marked without making markup of it. */

export type Piece = { at: number; text: string; hit: boolean };

/** A line with more hits than this is marked up to there. */
const MOST = 200;

export function pieces(text: string, needle: string): Piece[] {
  const found: Piece[] = [];
  const low = text.toLowerCase();
  const sought = needle.toLowerCase();
  // Where lower case has another length the places would not fit: then nothing is marked.
  if (!sought || low.length !== text.length) return [{ at: 0, text, hit: false }];
  let done = 0;
  for (let at = low.indexOf(sought); at >= 0 && found.length < MOST; at = low.indexOf(sought, done)) {
    if (at > done) found.push({ at: done, text: text.slice(done, at), hit: false });
    done = at + sought.length;
    found.push({ at, text: text.slice(at, done), hit: true });
  }
  if (done < text.length) found.push({ at: done, text: text.slice(done), hit: false });
  return found;
}
