/** The job's folder, while it runs and after: what lies there, where each file is kept and for how long. */

import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { hub } from "../../../../api/client";
import { asFailure } from "../../../../api/failure";
import { moment } from "../../../../i18n/format";
import { Empty } from "../../../../ui/Empty";
import { explain } from "../../../../ui/explain";
import { Table } from "../../../../ui/table/Table";
import type { Attempt, Whole } from "../record";
import { useFileColumns } from "./columns";
import { inOrder } from "./paths";
import { Trail } from "./Trail";
import { Viewer } from "./Viewer";
import "./files.css";

/** A folder that a running job writes to is looked at again after this time. */
const LOOK = 5000;

export function FilesTab(props: { job: Whole; attempt: Attempt }) {
  const { file } = useSearch({ from: "/people/jobs/$job" });
  return file ? <Viewer key={file} {...props} file={file} /> : <Folder {...props} />;
}

function Folder({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t, i18n } = useTranslation();
  const { folder } = useSearch({ from: "/people/jobs/$job" });
  const query = { attempt: attempt.number, path: folder };
  const runs = Boolean(attempt.folder) && !attempt.ended_at && attempt.number === job.attempt;
  const { data, error, refetch } = hub.useQuery(
    "get",
    "/api/v1/jobs/{job}/files",
    { params: { path: { job: job.id }, query } },
    { refetchInterval: runs && job.base === "running" ? LOOK : false },
  );
  const rows = useMemo(() => data && inOrder(data.items, i18n.language), [data, i18n.language]);
  const columns = useFileColumns(job.id, attempt.number);
  return (
    <>
      <Trail job={job.id} folder={folder} />
      {data?.notice && (
        <div className="banner" role="status">
          {explain({ code: "files_notice", message: data.notice })}
        </div>
      )}
      {asFailure(error).status === 503 && error && <p className="dim">{t("job.files_away")}</p>}
      <Table
        label={t("job.tabs.files")}
        columns={columns}
        rows={rows}
        id={(file) => file.path}
        error={error}
        retry={() => void refetch()}
        empty={<Empty title={t("job.no_files")} text={attempt.folder ? undefined : t("job.no_folder")} />}
      />
      {(attempt.purged || data?.expires) && (
        <p className="dim files-note">
          {attempt.purged ? t("job.purged") : t("job.expires", { when: moment(data?.expires ?? "") })}
        </p>
      )}
    </>
  );
}
