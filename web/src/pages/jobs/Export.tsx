/** Everything that fits the filters as a file, page by page from the hub; it can be stopped. */

import { DownloadOutlined } from "@ant-design/icons";
import { App } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { asFailure } from "../../api/failure";
import { number } from "../../i18n/format";
import { explain } from "../../ui/explain";
import { save } from "../../ui/save";
import { jobsCsv } from "./csv";
import { type Filter, question } from "./filter";
import type { Job } from "./list";

const PAGE = 1000;
/** A spreadsheet takes about a million rows. */
const MOST = 1_000_000;

async function all(filter: Filter, signal: AbortSignal, progress: (count: number) => void) {
  const jobs: Job[] = [];
  let after: string | undefined;
  const asked = question(filter);
  do {
    const query = { ...asked, limit: PAGE, after };
    const { data } = await api.GET("/api/v1/jobs", { params: { query }, signal });
    const page = data as Schema<"Page_Job">;
    jobs.push(...page.items);
    progress(jobs.length);
    after = page.next ?? undefined;
  } while (after && jobs.length < MOST);
  return jobs;
}

export function Export({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [count, setCount] = useState<number>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  async function run() {
    const abort = new AbortController();
    stop.current = abort;
    setCount(0);
    try {
      const jobs = await all(filter, abort.signal, setCount);
      // The mark at its beginning tells spreadsheets that it is UTF-8.
      save(new Blob(["\uFEFF", jobsCsv(jobs)], { type: "text/csv" }), "jobs.csv");
    } catch (error) {
      const failure = asFailure(error);
      if (!abort.signal.aborted) message.error(failure.body ? explain(failure.body) : t("error.offline.title"));
    }
    setCount(undefined);
  }
  if (count !== undefined)
    return (
      <button type="button" className="icon" onClick={() => stop.current?.abort()}>
        <span role="status">{t("jobs.exporting", { number: number(count) })}</span> {t("jobs.stop")}
      </button>
    );
  return (
    <button type="button" className="icon" title={t("jobs.export_text")} onClick={run}>
      <DownloadOutlined aria-hidden /> {t("jobs.export")}
    </button>
  );
}
