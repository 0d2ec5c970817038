/** Every run of the package's scripts for this attempt: what they said, how they ended, how long they took. */

import { useTranslation } from "react-i18next";
import { hub } from "../../../../api/client";
import { number, span } from "../../../../i18n/format";
import { Empty } from "../../../../ui/Empty";
import { ErrorView } from "../../../../ui/ErrorView";
import { Loading } from "../../../../ui/Loading";
import { Tag } from "../../../../ui/State";
import { When } from "../../../../ui/When";
import { plain } from "../log/plain";
import type { Attempt, Whole } from "../record";
import "./scripts.css";

export function ScriptsTab({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t } = useTranslation();
  const params = { params: { path: { job: job.id } } };
  const { data, error, refetch } = hub.useQuery("get", "/api/v1/jobs/{job}/scripts", params);
  if (!data) return error ? <ErrorView error={error} retry={() => void refetch()} small /> : <Loading lines={4} />;
  const runs = data.filter((run) => run.attempt === attempt.number);
  if (!runs.length) return <Empty title={t("job.no_scripts")} text={t("job.no_scripts_text")} />;
  return (
    <ol className="scripts">
      {runs.map((run) => (
        <li key={`${run.script} ${run.at}`}>
          <div className="scripts-head">
            <code>{run.script}</code>
            <Tag tone={run.status === 0 ? "ok" : "bad"}>
              {run.status === 0 ? t("job.script_well") : t("job.script_status", { status: number(run.status) })}
            </Tag>
            <span className="dim">
              <When at={run.at} /> · {span(run.took_s)}
            </span>
          </div>
          {run.log && <pre>{plain(run.log)}</pre>}
        </li>
      ))}
    </ol>
  );
}
