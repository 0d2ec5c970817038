/** Which lines of a file are shown, and the way to the others. */

import { LeftOutlined, RightOutlined, VerticalRightOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { number } from "../../../../i18n/format";
import { type Lines, PAGE } from "./lines";

/** No line is there: the file is empty, or shorter than one thought. */
export function Beyond({ page, onLine }: { page: Lines; onLine: (line: number) => void }) {
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

export function Pages({ page, onLine }: { page: Lines; onLine: (line: number) => void }) {
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
