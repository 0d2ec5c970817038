/**
 * The one table: plain rows of a real table, of which only those near the window are drawn, so that a thousand scroll as ten
 * do. On a narrow screen a row becomes a card with the columns' names in it.
 */

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorView } from "../ErrorView";
import { Loading } from "../Loading";
import { SelectAll, type Selection, SelectOne } from "./selection";
import "./table.css";

export type Column<Row> = {
  id: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  numeric?: boolean;
  /** The one that names the row; always shown. */
  main?: boolean;
  /** Takes a line of its own where a row is a card. */
  wide?: boolean;
};

type Table<Row> = {
  /** What the rows are, for those who do not see them. */
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  id: (row: Row) => string;
  /** Shown where there is nothing: it teaches the next step. */
  empty: ReactNode;
  error?: unknown;
  retry?: () => void;
  selection?: Selection;
  /** More pages, where there are any. */
  more?: { has: boolean; loading: boolean; load: () => void };
};

/** Above this many rows only those near the window are drawn. */
const FEW = 80;
const ROW = 53;

export function Table<Row>(props: Table<Row>) {
  const { rows, error, empty } = props;
  if (!rows) return error ? <ErrorView error={error} retry={props.retry} small /> : <Loading lines={6} />;
  if (rows.length === 0) return empty;
  return (
    <>
      <Rows {...props} rows={rows} />
      <More more={props.more} />
    </>
  );
}

function Rows<Row>({ label, columns, rows, id, selection }: Table<Row> & { rows: Row[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0), []);
  const getItemKey = useCallback((index: number) => id(rows[index] as Row), [rows, id]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW,
    overscan: 10,
    scrollMargin: top,
    enabled: rows.length > FEW,
    getItemKey,
  });
  const shown = rows.length > FEW ? virtual.getVirtualItems() : rows.map((_, index) => ({ index, start: 0, end: 0 }));
  const before = rows.length > FEW ? (shown[0]?.start ?? top) - top : 0;
  const after = rows.length > FEW ? virtual.getTotalSize() - ((shown.at(-1)?.end ?? top) - top) : 0;
  const ids = useMemo(() => rows.map(id), [rows, id]);
  return (
    <div className="table-frame">
      <table className="table" aria-rowcount={rows.length + 1}>
        <caption className="unseen">{label}</caption>
        <thead>
          <tr>
            {selection && (
              <th className="table-pick">
                <SelectAll selection={selection} ids={ids} />
              </th>
            )}
            {columns.map((column) => (
              <th key={column.id} scope="col" className={column.numeric ? "num" : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Space height={before} />
          {shown.map(({ index }) => {
            const row = rows[index] as Row;
            const key = id(row);
            return (
              <Line
                key={key}
                id={key}
                row={row}
                index={index}
                columns={columns as Column<unknown>[]}
                selection={selection}
                picked={selection?.has(key) ?? false}
                measure={rows.length > FEW ? virtual.measureElement : undefined}
              />
            );
          })}
          <Space height={after} />
        </tbody>
      </table>
    </div>
  );
}

type OneLine = {
  id: string;
  row: unknown;
  index: number;
  columns: Column<unknown>[];
  selection: Selection | undefined;
  picked: boolean;
  measure: ((row: HTMLTableRowElement | null) => void) | undefined;
};

/** One row; scrolling draws only those that come into view. */
const Line = memo(
  function Line({ id, row, index, columns, selection, picked, measure }: OneLine) {
    return (
      <tr data-index={index} ref={measure} aria-rowindex={index + 2} data-picked={selection && picked}>
        {selection && (
          <td className="table-pick">
            <SelectOne selection={selection} id={id} />
          </td>
        )}
        {columns.map((column) => (
          <td
            key={column.id}
            data-title={column.title}
            data-main={column.main}
            data-wide={column.wide}
            className={column.numeric ? "num" : undefined}
          >
            {column.cell(row)}
          </td>
        ))}
      </tr>
    );
  },
  // Which others are picked changes nothing in this row: its box says what it changes and not what then is picked.
  (one, other) =>
    one.row === other.row &&
    one.index === other.index &&
    one.columns === other.columns &&
    one.picked === other.picked &&
    Boolean(one.selection) === Boolean(other.selection) &&
    one.measure === other.measure,
);

/** Stands for the rows that are not drawn. */
function Space({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className="table-space">
      <td style={{ height }} colSpan={99} />
    </tr>
  );
}

/** The next page comes by itself as its end comes into view, and by a button for the keyboard. */
function More({ more }: { more: { has: boolean; loading: boolean; load: () => void } | undefined }) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  const load = useRef(more?.load);
  load.current = more?.load;
  const ready = Boolean(more?.has && !more.loading);
  useLayoutEffect(() => {
    if (!ready || !button.current) return;
    const seen = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && load.current?.(),
      { rootMargin: "600px" },
    );
    seen.observe(button.current);
    return () => seen.disconnect();
  }, [ready]);
  if (!more?.has) return null;
  return (
    <div className="table-more">
      <button type="button" className="button" ref={button} disabled={more.loading} onClick={more.load}>
        {more.loading ? t("ui.loading") : t("ui.more")}
      </button>
    </div>
  );
}
