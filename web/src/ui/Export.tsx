/** The button that takes a whole list along: reads every page, shows how far it is, and can be stopped. */

import { DownloadOutlined } from "@ant-design/icons";
import { App } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Read, readAll } from "../api/pages";
import { number } from "../i18n/format";
import { type Cell, csv, save } from "./csv";
import { because } from "./explain";

type Export<Row> = { name: string; head: string[]; read: Read<Row>; line: (row: Row) => Cell[]; disabled?: boolean };

export function Export<Row>({ name, head, read, line, disabled }: Export<Row>) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const [count, setCount] = useState<number>();
  const stop = useRef<AbortController>(undefined);
  const start = async () => {
    stop.current = new AbortController();
    setCount(0);
    try {
      const rows = await readAll(read, stop.current.signal, setCount);
      save(`${name}.csv`, csv([head, ...rows.map(line)]));
    } catch (error) {
      if (!stop.current.signal.aborted) notification.error({ title: t("export.failed"), description: because(error) });
    } finally {
      setCount(undefined);
    }
  };
  if (count === undefined)
    return (
      <button type="button" className="button" onClick={() => void start()} disabled={disabled}>
        <DownloadOutlined aria-hidden /> {t("export.csv")}
      </button>
    );
  return (
    <button type="button" className="button" onClick={() => stop.current?.abort()} aria-live="polite">
      {t("export.reading", { rows: number(count) })}
    </button>
  );
}
