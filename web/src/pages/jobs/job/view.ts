/** What of a job is looked at: it stands in the address, so that a line of a file can be kept and sent. */

export const tabs = ["overview", "log", "files", "scripts"] as const;
export type Tab = (typeof tabs)[number];

export type View = {
  /** None means the overview. */
  tab?: Exclude<Tab, "overview">;
  /** None means the latest. */
  attempt?: number;
  /** None means what the program prints. */
  stream?: "stderr";
  /** A folder below the job's. */
  folder?: string;
  /** A file that is read line by line. */
  file?: string;
  /** The line one looks at; the first is 1. */
  line?: number;
};

const whole = (value: unknown) => {
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 1 ? number : undefined;
};
const path = (value: unknown) =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

/** Reads what stands in the address; what makes no sense is left out. */
export function readView(search: Record<string, unknown>): View {
  const view: View = {
    tab: tabs.slice(1).find((tab) => tab === search.tab) as View["tab"],
    attempt: whole(search.attempt),
    stream: search.stream === "stderr" ? "stderr" : undefined,
    folder: path(search.folder),
    file: path(search.file),
    line: whole(search.line),
  };
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined));
}
