/** What can be done to the job one looks at; the likeliest last. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { acts, can } from "../acts";
import { useAct } from "../useAct";
import type { Whole } from "./record";

export function Acts({ job }: { job: Whole }) {
  const { t } = useTranslation();
  const act = useAct();
  return (
    <>
      {acts
        .filter((what) => can[what](job))
        .toReversed()
        .map((what) => (
          <button type="button" className="button" key={what} onClick={() => void act(what, [job])}>
            {t(`jobs.act.${what}`)}
          </button>
        ))}
      <Link to="/apps/$app" params={{ app: job.app }} search={{ again: job.id }} className="button primary">
        {t("jobs.again")}
      </Link>
    </>
  );
}
