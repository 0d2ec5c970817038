/** A bar that shows how much of something is used, coming and not to be had; its label says the same in words. */

import "./load-bar.css";

export type Part = { value: number; tone: "used" | "waiting" | "away" };

export function LoadBar({
  label,
  total,
  parts,
  tall,
}: {
  label: string;
  total: number;
  parts: Part[];
  tall?: boolean;
}) {
  return (
    <span className="load-bar" role="img" aria-label={label} title={label} data-tall={tall}>
      {parts
        .filter((part) => part.value > 0 && total > 0)
        .map((part) => (
          <i key={part.tone} data-tone={part.tone} style={{ width: `${Math.min(100, (100 * part.value) / total)}%` }} />
        ))}
    </span>
  );
}
