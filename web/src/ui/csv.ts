/** Tables to take along, as RFC 4180 writes them, with a mark so that spreadsheets read UTF-8. */

export type Cell = string | number | null | undefined;

export function csv(rows: Cell[][]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** A text that a spreadsheet would run as a formula is marked as text; numbers stay numbers. */
function cell(value: Cell): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
