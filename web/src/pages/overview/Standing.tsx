/** The figures one looks for first: jobs under way, money, storage. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { useUser } from "../../api/session";
import { bytes, money, number } from "../../i18n/format";
import { Figures } from "../../ui/Page";
import { useAccounts, useBalance } from "../account/data";

type Standing = { running: number | undefined; waiting: number | undefined; more: boolean };

export function Standing({ running, waiting, more }: Standing) {
  const { t } = useTranslation();
  const user = useUser();
  const accounts = useAccounts();
  const own = accounts.data?.items.find((one) => one.personal && one.name === user?.name);
  const { data: balances } = useBalance(own?.id);
  const quota = hub.useQuery("get", "/api/v1/quota");
  const count = (some: number | undefined) => (some === undefined ? "–" : `${number(some)}${more ? "+" : ""}`);
  const [main, ...others] = balances ?? [];
  const shared = (accounts.data?.items.length ?? 1) - 1;
  return (
    <Figures
      items={[
        {
          label: t("overview.running"),
          value: (
            <Link to="/jobs" search={{ class: "running" }}>
              {count(running)}
            </Link>
          ),
        },
        {
          label: t("overview.waiting"),
          value: (
            <Link to="/jobs" search={{ class: "queued" }}>
              {count(waiting)}
            </Link>
          ),
        },
        {
          label: t("overview.available"),
          value: <Link to="/account">{main ? money(main.available) : balances ? t("overview.no_money") : "–"}</Link>,
          note: [
            main && main.held.micros > 0 && t("overview.held", { sum: money(main.held) }),
            ...others.map((one) => money(one.available)),
            shared > 0 && t("overview.shared", { count: shared }),
          ]
            .filter(Boolean)
            .join(" · "),
        },
        {
          label: t("overview.files"),
          value: quota.data ? bytes(quota.data.file_bytes) : "–",
          note: quota.data && t("overview.of_files", { all: bytes(quota.data.limit_bytes) }),
        },
      ]}
    />
  );
}
