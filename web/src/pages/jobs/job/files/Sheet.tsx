/** A page of lines with their numbers; the line one looks at is marked, and what was searched is marked in it. */

import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { plain } from "../log/plain";
import type { Lines } from "./lines";
import { pieces } from "./pieces";

type Sheet = {
  page: Lines;
  line: number | undefined;
  needle: string;
  onLine: (line: number) => void;
  /** Whether another page is on its way. */
  busy: boolean;
};

export function Sheet({ page, line, needle, onLine, busy }: Sheet) {
  const { t } = useTranslation();
  const marked = useRef<HTMLLIElement>(null);
  const top = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (busy) return;
    const sheet = top.current;
    if (!sheet) return;
    const begins = line === undefined || line === page.first || !marked.current;
    // Only the sheet moves: the tools above it stay where they are.
    sheet.scrollTop = begins ? 0 : (marked.current?.offsetTop ?? 0) - sheet.offsetTop - sheet.clientHeight / 2;
  }, [line, page.first, busy]);
  const width = String(page.first + page.lines.length - 1).length;
  return (
    <ol
      className="sheet"
      ref={top}
      aria-busy={busy}
      aria-label={t("job.content")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
      tabIndex={0}
      style={{ "--digits": width } as React.CSSProperties}
    >
      {page.lines.map((text, index) => {
        const number = page.first + index;
        const here = number === line;
        return (
          <li
            key={number}
            ref={here ? marked : undefined}
            data-here={here}
            aria-current={here ? "location" : undefined}
          >
            <button
              type="button"
              tabIndex={-1}
              aria-label={t("job.mark_line", { number })}
              onClick={() => onLine(number)}
            >
              {number}
            </button>
            <code>{needle ? <Marked text={plain(text)} needle={needle} /> : plain(text)}</code>
          </li>
        );
      })}
    </ol>
  );
}

export function Marked({ text, needle }: { text: string; needle: string }) {
  return (
    <>
      {pieces(text, needle).map(({ at, text: piece, hit }) =>
        hit ? <mark key={at}>{piece}</mark> : <span key={at}>{piece}</span>,
      )}
    </>
  );
}
