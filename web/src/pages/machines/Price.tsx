/** What an hour on a machine costs. */

import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Facts, Panel, Section } from "../../ui/Page";
import { inForce } from "../admin/price-list";
import { useRates } from "../admin/useRates";
import type { Machine } from "./load";

export function Price({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const rates = useRates();
  const { data, error, refetch } = hub.useQuery("get", "/api/v1/prices", {
    params: { query: { machine: machine.id } },
  });
  const accounts = hub.useQuery("get", "/api/v1/accounts", { params: { query: { limit: 1000 } } });
  const mine = new Map(accounts.data?.items.map((account) => [account.id, account.name]));
  const shown = data && inForce(data.items).filter((price) => !price.account || mine.has(price.account));
  return (
    <Section title={t("machines.price")}>
      <Panel>
        {!shown && (error ? <ErrorView error={error} retry={() => void refetch()} small /> : <Loading lines={2} />)}
        {shown?.length === 0 && <p className="dim">{t("machines.no_price")}</p>}
        {shown && shown.length > 0 && (
          <Facts
            items={shown.map((price) => [
              [
                price.queue ? t("machines.in_queue", { queue: price.queue }) : t("machines.all_queues"),
                price.account && t("machines.for_account", { account: mine.get(price.account) }),
              ]
                .filter(Boolean)
                .join(" · "),
              rates(price).join(" + "),
            ])}
          />
        )}
      </Panel>
    </Section>
  );
}
