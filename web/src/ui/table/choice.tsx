/** Which columns of a table are shown, kept on this device by the table's name. */

import { CheckOutlined, ControlOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";
import { useMemo, useState } from "react";
import type { Column } from "./Table";

/** What is kept: only what differs from how the table comes. */
type Kept = Record<string, boolean>;

const place = (table: string) => `tieline.columns.${table}`;

function read(table: string): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(place(table)) ?? "{}") as unknown;
    return kept && typeof kept === "object" ? (kept as Kept) : {};
  } catch {
    return {};
  }
}

/** The columns to show, and what the menu needs. `spare` are hidden until somebody wants them. */
export function useChoice<Row>(table: string, columns: Column<Row>[], spare: readonly string[] = []) {
  const [kept, setKept] = useState(() => read(table));
  return useMemo(() => {
    const shows = (column: Column<Row>) => column.main || (kept[column.id] ?? !spare.includes(column.id));
    const toggle = (id: string) => {
      const column = columns.find((one) => one.id === id);
      if (!column) return;
      const next = { ...kept, [id]: !shows(column) };
      localStorage.setItem(place(table), JSON.stringify(next));
      setKept(next);
    };
    return { columns: columns.filter(shows), all: columns, shows, toggle };
  }, [table, columns, spare, kept]);
}

export type Choice<Row> = ReturnType<typeof useChoice<Row>>;

export function ColumnMenu<Row>({ choice, label }: { choice: Choice<Row>; label: string }) {
  const [open, setOpen] = useState(false);
  const items = choice.all
    .filter((column) => !column.main)
    .map((column) => ({
      key: column.id,
      label: column.title,
      icon: <CheckOutlined aria-hidden style={{ visibility: choice.shows(column) ? "visible" : "hidden" }} />,
      role: "menuitemcheckbox",
      "aria-checked": choice.shows(column),
    }));
  return (
    <Dropdown
      open={open}
      trigger={["click"]}
      // Several are picked in a row: only what lies outside closes it.
      onOpenChange={(next, { source }) => source === "trigger" && setOpen(next)}
      menu={{ items, onClick: ({ key }) => choice.toggle(key) }}
    >
      <button type="button" className="icon">
        <ControlOutlined aria-hidden /> {label}
      </button>
    </Dropdown>
  );
}
