/** The columns of a job's folder. */

import { DownloadOutlined, FileOutlined, FolderOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { bytes } from "../../../../i18n/format";
import type { Column } from "../../../../ui/table/Table";
import { When } from "../../../../ui/When";
import { Download } from "./Download";
import { type File, fileAddress, nameOf } from "./paths";

/** A file that neither the hub has nor the machine any more cannot be read. */
export const lost = (file: File) => file.gone && !file.kept;

export function useFileColumns(job: string, attempt: number): Column<File>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "name", title: t("job.file"), main: true, cell: (file) => <Name job={job} file={file} /> },
      {
        id: "size",
        title: t("job.size"),
        numeric: true,
        cell: (file) => !file.folder && <span title={String(file.size)}>{bytes(file.size)}</span>,
      },
      { id: "modified", title: t("jobs.changed"), numeric: true, cell: (file) => <When at={file.modified} /> },
      { id: "place", title: t("job.lies"), cell: (file) => !file.folder && <Place file={file} /> },
      {
        id: "download",
        title: t("jobs.actions"),
        numeric: true,
        cell: (file) =>
          !file.folder &&
          !lost(file) && (
            <span className="job-acts">
              <Download
                path={fileAddress("files", job, file.path, { attempt })}
                name={nameOf(file.path)}
                label={t("job.download_file", { name: nameOf(file.path) })}
                text={<DownloadOutlined aria-hidden />}
              />
            </span>
          ),
      },
    ],
    [t, job, attempt],
  );
}

function Name({ job, file }: { job: string; file: File }) {
  const name = nameOf(file.path);
  if (lost(file))
    return (
      <span className="file-name">
        <FileOutlined aria-hidden /> {name}
      </span>
    );
  return (
    <span className="file-name">
      {file.folder ? <FolderOutlined aria-hidden /> : <FileOutlined aria-hidden />}{" "}
      <Link
        to="/jobs/$job"
        params={{ job }}
        search={(now) => ({
          tab: "files" as const,
          attempt: now.attempt,
          ...(file.folder ? { folder: file.path } : { file: file.path }),
        })}
      >
        {name}
      </Link>
    </span>
  );
}

function Place({ file }: { file: File }) {
  const { t } = useTranslation();
  if (lost(file)) return <span className="dim">{t("job.gone")}</span>;
  return (
    <span title={file.kept ? t("job.kept_text") : t("job.there_text")}>
      {file.kept ? (file.gone ? t("job.kept_only") : t("job.kept")) : t("job.there")}
    </span>
  );
}
