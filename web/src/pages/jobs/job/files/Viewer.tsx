/** A file line by line: its pages, a line to go to, and what is found in it. However large it is, one page is here. */

import { DownloadOutlined, LeftOutlined, RightOutlined, VerticalRightOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "../../../../i18n/format";
import { ErrorView } from "../../../../ui/ErrorView";
import { Loading } from "../../../../ui/Loading";
import type { Attempt, Whole } from "../record";
import { Download } from "./Download";
import { Find } from "./Find";
import { type Lines, onTheWay, PAGE, pageOf, useLines } from "./lines";
import { fileAddress, nameOf } from "./paths";
import { Sheet } from "./Sheet";
import { Trail } from "./Trail";

export function Viewer({ job, attempt, file }: { job: Whole; attempt: Attempt; file: string }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { line } = useSearch({ from: "/people/jobs/$job" });
  const place = { job: job.id, attempt: attempt.number, path: file };
  const [needle, setNeedle] = useState("");
  const page = useLines(place, pageOf(line ?? 1));
  const show = (next: number) =>
    void go({
      to: "/jobs/$job",
      params: { job: job.id },
      search: (now) => ({ ...now, line: next }),
      resetScroll: false,
    });
  return (
    <>
      <Trail job={job.id} file={file} />
      <div className="table-tools">
        <Find place={place} onNeedle={setNeedle} onLine={show} />
        <GoTo onLine={show} total={page.data?.total ?? undefined} />
        <Download
          path={fileAddress("files", job.id, file, { attempt: attempt.number })}
          name={nameOf(file)}
          text={
            <>
              <DownloadOutlined aria-hidden /> {t("job.download")}
            </>
          }
        />
      </div>
      {page.error && !page.data ? (
        <ErrorView error={page.error} retry={() => void page.refetch()} small />
      ) : page.data && onTheWay(page.data) ? (
        <p className="dim" role="status">
          {t("job.on_the_way", { line: number(page.data.first), reached: number(page.data.reached) })}
        </p>
      ) : page.data && page.data.lines.length === 0 ? (
        <Beyond page={page.data} onLine={show} />
      ) : page.data ? (
        <>
          <Pages page={page.data} onLine={show} />
          <Sheet page={page.data} line={line} needle={needle} onLine={show} busy={page.isPlaceholderData} />
          {page.data.lines.length > 40 && <Pages page={page.data} onLine={show} />}
        </>
      ) : (
        <Loading lines={12} />
      )}
    </>
  );
}

/** Goes to a line by its number. */
function GoTo({ onLine, total }: { onLine: (line: number) => void; total: number | undefined }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const line = Number(text);
  const wrong = text !== "" && !(Number.isSafeInteger(line) && line >= 1 && line <= (total ?? Infinity));
  function submit(event: FormEvent) {
    event.preventDefault();
    if (text && !wrong) onLine(line);
  }
  return (
    <form className="goto" onSubmit={submit}>
      <input
        className="file-field"
        inputMode="numeric"
        value={text}
        aria-label={t("job.go_to_line")}
        placeholder={t("job.go_to_line")}
        aria-invalid={wrong}
        onChange={(event) => setText(event.target.value.trim())}
      />
      {wrong && (
        <span role="alert" className="file-problem">
          {total === undefined ? t("job.line_wrong") : t("job.line_beyond", { total: number(total) })}
        </span>
      )}
    </form>
  );
}

/** No line is there: the file is empty, or shorter than one thought. */
function Beyond({ page, onLine }: { page: Lines; onLine: (line: number) => void }) {
  const { t } = useTranslation();
  if (!page.total) return <p className="dim">{t("job.no_lines")}</p>;
  const last = page.total;
  return (
    <p className="dim">
      {t("job.beyond", { total: number(last) })}{" "}
      <button type="button" className="link" onClick={() => onLine(last)}>
        {t("job.last_line")}
      </button>
    </p>
  );
}

function Pages({ page, onLine }: { page: Lines; onLine: (line: number) => void }) {
  const { t } = useTranslation();
  const last = page.first + page.lines.length - 1;
  if (page.first === 1 && page.next == null)
    return <p className="dim">{t("job.lines", { count: page.lines.length })}</p>;
  const range = { first: number(page.first), last: number(last) };
  return (
    <div className="pages">
      <Step
        label={t("job.first_page")}
        line={1}
        off={page.first === 1}
        onLine={onLine}
        icon={<VerticalRightOutlined />}
      />
      <Step
        label={t("job.page_before")}
        line={page.first - PAGE}
        off={page.first === 1}
        onLine={onLine}
        icon={<LeftOutlined />}
      />
      <span className="dim">
        {page.total == null
          ? t("job.lines_from_to", range)
          : t("job.lines_of", { ...range, total: number(page.total) })}
      </span>
      <Step
        label={t("job.page_after")}
        line={page.next ?? 1}
        off={page.next == null}
        onLine={onLine}
        icon={<RightOutlined />}
      />
    </div>
  );
}

type Step = { label: string; line: number; off: boolean; onLine: (line: number) => void; icon: React.ReactNode };

function Step({ label, line, off, onLine, icon }: Step) {
  return (
    <button
      type="button"
      className="icon"
      aria-label={label}
      title={label}
      disabled={off}
      onClick={() => onLine(Math.max(1, line))}
    >
      {icon}
    </button>
  );
}
