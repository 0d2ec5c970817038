/** Days as people count them: local ones, written as `2026-11-27`. */

/** The local day of a moment. */
export function dayOf(at: string | number) {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The midnight with which a day begins, or one so many days later. */
export function midnight(day: string, later = 0) {
  const date = new Date(`${day}T00:00:00`);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + later).toISOString();
}
