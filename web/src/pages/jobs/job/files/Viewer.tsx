/** A file line by line: its pages, a line to go to, and what is found in it. However large it is, one page is here. */

import { DownloadOutlined, FileUnknownOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bytes, number } from "../../../../i18n/format";
import { ErrorView } from "../../../../ui/ErrorView";
import { Loading } from "../../../../ui/Loading";
import { Notice } from "../../../../ui/Notice";
import type { Attempt, Whole as Job } from "../record";
import { Download } from "./Download";
import { Find } from "./Find";
import { GoTo } from "./GoTo";
import { useHead } from "./head";
import { onTheWay, type Place, pageOf, useLines } from "./lines";
import { Beyond, Pages } from "./Pages";
import { fileAddress, nameOf } from "./paths";
import { Sheet } from "./Sheet";
import { Trail } from "./Trail";

export function Viewer({ job, attempt, file }: { job: Job; attempt: Attempt; file: string }) {
  const [insisted, setInsisted] = useState(false);
  const place = { job: job.id, attempt: attempt.number, path: file };
  const { line } = useSearch({ from: "/people/jobs/$job" });
  // Asked for together: most files are text.
  const head = useHead(place);
  const page = useLines(place, pageOf(line ?? 1));
  return (
    <>
      <Trail job={job.id} file={file} />
      {head.isLoading ? (
        <Loading lines={12} />
      ) : head.data?.text === false && !insisted ? (
        <NoText place={place} size={head.data.size} onInsist={() => setInsisted(true)} />
      ) : (
        <Text place={place} page={page} line={line} />
      )}
    </>
  );
}

/** Made for programs and not for eyes. */
function NoText({ place, size, onInsist }: { place: Place; size: number; onInsist: () => void }) {
  const { t } = useTranslation();
  return (
    <Notice
      small
      icon={<FileUnknownOutlined />}
      title={t("job.no_text")}
      action={
        <>
          <Whole place={place} className="button primary" />
          <button type="button" className="button" onClick={onInsist}>
            {t("job.as_text")}
          </button>
        </>
      }
    >
      <p>{t("job.no_text_what", { name: nameOf(place.path), size: bytes(size) })}</p>
    </Notice>
  );
}

/** The button that downloads all of it. */
function Whole({ place: { job, attempt, path }, className }: { place: Place; className?: string }) {
  const { t } = useTranslation();
  return (
    <Download
      path={fileAddress("files", job, path, { attempt })}
      name={nameOf(path)}
      className={className}
      text={
        <>
          <DownloadOutlined aria-hidden /> {t("job.download")}
        </>
      }
    />
  );
}

type Text = { place: Place; page: ReturnType<typeof useLines>; line: number | undefined };

function Text({ place, page, line }: Text) {
  const { t } = useTranslation();
  const go = useNavigate();
  const [needle, setNeedle] = useState("");
  const show = (next: number) =>
    void go({
      to: "/jobs/$job",
      params: { job: place.job },
      search: (now) => ({ ...now, line: next }),
      resetScroll: false,
    });
  return (
    <>
      <div className="table-tools">
        <Find place={place} onNeedle={setNeedle} onLine={show} />
        <GoTo onLine={show} total={page.data?.total ?? undefined} />
        <Whole place={place} />
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
