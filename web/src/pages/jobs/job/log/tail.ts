/**
 * The last lines of an output that may have no end: in blocks, so that drawing one more line does not draw all of them again,
 * and never more than so many, so that a page left open for a week needs no more memory than one opened now.
 */

import { plain } from "./plain";

export type Block = { key: number; lines: readonly string[] };
export type Shown = {
  blocks: readonly Block[];
  /** The beginning of a line whose end has not come yet. */
  rest: string;
  /** Lines that came and are no longer kept. */
  dropped: number;
};

const BLOCK = 200;
const BLOCKS = 25;
/** A line longer than this is cut: nobody reads it here, and it would cost what all others together may. */
const WIDE = 4000;
export const MOST = BLOCK * BLOCKS;

const cut = (line: string) => (line.length > WIDE ? `${line.slice(0, WIDE)}…` : line);

export class Tail {
  private blocks: Block[] = [];
  private rest = "";
  private dropped = 0;
  private next = 0;

  /** Takes text in the order it was printed, broken anywhere. */
  add(text: string) {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    // What is longer than anybody will see need not be kept either; a return would begin it anew.
    if (this.rest.length > WIDE * 4) this.rest = this.rest.slice(0, WIDE * 2);
    for (let at = 0; at < lines.length; ) at += this.fill(lines.slice(at, at + BLOCK));
    while (this.blocks.length > BLOCKS) this.dropped += this.blocks.shift()?.lines.length ?? 0;
  }

  /** Puts as many lines as fit into the last block; gives how many. */
  private fill(lines: string[]) {
    const last = this.blocks.at(-1);
    const open = last && last.lines.length < BLOCK ? last : { key: this.next++, lines: [] };
    const taken = lines.slice(0, BLOCK - open.lines.length);
    const block = { key: open.key, lines: [...open.lines, ...taken.map((line) => cut(plain(line)))] };
    if (open === last) this.blocks[this.blocks.length - 1] = block;
    else this.blocks.push(block);
    return taken.length;
  }

  clear() {
    this.blocks = [];
    this.rest = "";
    this.dropped = 0;
  }

  show(): Shown {
    return { blocks: [...this.blocks], rest: cut(plain(this.rest)), dropped: this.dropped };
  }
}
