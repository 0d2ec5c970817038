/** A person's note on a job, written where it stands. */

import { useTranslation } from "react-i18next";
import { EditText } from "../../ui/EditText";
import { useUpdate } from "./update";

type Remark = {
  job: { id: string; name: string; remark: string };
  /** Stands where there is no note; the job's id when not given. */
  empty?: string;
};

export function Remark({ job, empty }: Remark) {
  const { t } = useTranslation();
  const update = useUpdate(job.id);
  return (
    <div className="dim">
      <EditText
        value={job.remark}
        label={t("jobs.remark_of", { name: job.name })}
        placeholder={t("jobs.remark")}
        optional
        save={(remark) => update({ remark })}
      >
        <span>{job.remark || empty || <span className="mono">{job.id}</span>}</span>
      </EditText>
    </div>
  );
}
