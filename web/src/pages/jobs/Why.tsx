/** Why a job is where it is, asked of the hub when one points at the words or comes to them by keyboard. */

import { Link } from "@tanstack/react-router";
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { asFailure } from "../../api/failure";
import { explain } from "../../ui/explain";
import { causeWords } from "./cause";
import type { Job } from "./list";

export function Why({ job, text }: { job: Job; text: string }) {
  return (
    <Tooltip title={<Cause job={job} />} trigger={["hover", "focus"]} destroyOnHidden mouseEnterDelay={0.15}>
      <Link to="/jobs/$job" params={{ job: job.id }} className="why" preload={false}>
        {text}
      </Link>
    </Tooltip>
  );
}

function Cause({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { data, error } = hub.useQuery(
    "get",
    "/api/v1/jobs/{job}/explain",
    { params: { path: { job: job.id } } },
    { staleTime: 5000 },
  );
  if (error) return <>{explain({ code: asFailure(error).code, message: asFailure(error).message })}</>;
  if (!data) return <>{t("ui.loading")}</>;
  return <>{causeWords(t, data)}</>;
}
