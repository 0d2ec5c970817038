/** What a chart shows: times in seconds, and for each line a value at each of them, or none. */

export type Line = {
  name: string;
  /** A token of the theme. */
  colour: string;
  values: (number | null)[];
  /** As people read it. */
  text: (value: number) => string;
  /** Shares have their axis at the left, 0 to 1; counts at the right. */
  axis: "share" | "count";
};

export type Series = { times: number[]; lines: Line[]; from: number; to: number };
