/** One's running and last jobs. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Section } from "../../ui/Page";
import { Table } from "../../ui/table/Table";
import { spare, useColumns } from "../jobs/columns";
import type { Job } from "../jobs/list";
import { pick } from "./rows";

const MOST = 8;

export function Jobs({ jobs }: { jobs: Job[] }) {
  const { t } = useTranslation();
  const all = useColumns();
  const columns = useMemo(() => all.filter(({ id }) => !spare.some((one) => one === id)), [all]);
  return (
    <Section title={t("nav.jobs")} tools={<Link to="/jobs">{t("overview.all_jobs")}</Link>}>
      <Table label={t("nav.jobs")} columns={columns} rows={pick(jobs, MOST)} id={(job) => job.id} empty={null} />
    </Section>
  );
}
