/** What is set aside for jobs that have not ended. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { money } from "../../i18n/format";
import { Section } from "../../ui/Page";
import { Table } from "../../ui/table/Table";
import { When } from "../../ui/When";
import { useHolds } from "./data";

export function Holds({ account }: { account: string }) {
  const { t } = useTranslation();
  const { data } = useHolds(account);
  if (!data?.items.length) return null;
  return (
    <Section title={t("account.holds")}>
      <Table
        label={t("account.holds")}
        rows={data.items}
        id={(hold) => hold.id}
        empty={null}
        columns={[
          {
            id: "job",
            title: t("account.job"),
            main: true,
            cell: (hold) => (
              <Link to="/jobs/$job" params={{ job: hold.job }} className="mono">
                {hold.job}
              </Link>
            ),
          },
          { id: "since", title: t("account.since"), numeric: true, cell: (hold) => <When at={hold.created_at} /> },
          { id: "sum", title: t("account.at_most"), numeric: true, cell: (hold) => money(hold.sum) },
        ]}
      />
    </Section>
  );
}
