/** What can be done to all jobs that are picked. */

import { useTranslation } from "react-i18next";
import { acts, can } from "./acts";
import type { Job } from "./list";
import { useAct } from "./useAct";

export function BulkActions({ jobs, onDone }: { jobs: Job[]; onDone: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  if (!jobs.length) return null;
  return (
    <div className="table-tools" role="toolbar" aria-label={t("jobs.bulk")}>
      <span className="dim">{t("jobs.picked", { count: jobs.length })}</span>
      {acts.map((what) => {
        const fit = jobs.filter(can[what]);
        return (
          <button
            type="button"
            className="button"
            key={what}
            disabled={!fit.length}
            onClick={() => void act(what, fit).then((all) => all && onDone())}
          >
            {t(`jobs.act.${what}`)} {fit.length < jobs.length && fit.length > 0 ? `(${fit.length})` : ""}
          </button>
        );
      })}
      <button type="button" className="button" onClick={onDone}>
        {t("ui.unpick")}
      </button>
    </div>
  );
}
