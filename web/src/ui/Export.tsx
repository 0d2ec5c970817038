/** The button that takes a whole list along: reads every page, shows how far it is, and can be stopped. */

import { DownloadOutlined } from "@ant-design/icons";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Read, readAll } from "../api/pages";
import { number } from "../i18n/format";
import { type Cell, csv } from "./csv";
import { because } from "./explain";
import { save } from "./save";
import { useSorry } from "./useSorry";

type Export<Row> = {
  name: string;
  head: string[];
  read: Read<Row>;
  line: (row: Row) => Cell[];
  disabled?: boolean;
  className?: string;
};

/** A spreadsheet takes about a million rows. */
const MOST = 1_000_000;

export function Export<Row>({ name, head, read, line, disabled, className = "button" }: Export<Row>) {
  const { t } = useTranslation();
  const sorry = useSorry();
  const [count, setCount] = useState<number>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async () => {
    const abort = new AbortController();
    stop.current = abort;
    setCount(0);
    try {
      const rows = await readAll(read, abort.signal, setCount, ({ length }) => length >= MOST);
      save(new Blob([csv([head, ...rows.map(line)])], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
    } catch (error) {
      if (!abort.signal.aborted)
        sorry(
          (t) => t("export.failed"),
          () => because(error),
        );
    } finally {
      setCount(undefined);
    }
  };
  if (count === undefined)
    return (
      <button type="button" className={className} onClick={() => void start()} disabled={disabled}>
        <DownloadOutlined aria-hidden /> {t("export.csv")}
      </button>
    );
  return (
    <button type="button" className={className} onClick={() => stop.current?.abort()} aria-live="polite">
      {t("export.reading", { rows: number(count) })}
    </button>
  );
}
