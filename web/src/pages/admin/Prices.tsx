/** What an hour costs, by machine, queue and account; with what it was before. */

import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { hub, type Schema } from "../../api/client";
import { useUser } from "../../api/session";
import { Empty } from "../../ui/Empty";
import { Only } from "../../ui/Only";
import { Page } from "../../ui/Page";
import { may } from "../../ui/shell/nav";
import { type Column, Table } from "../../ui/table/Table";
import { When } from "../../ui/When";
import { useAccounts } from "../account/data";
import { useMachines } from "../machines/data";
import { byScope, type Priced } from "./price-list";
import { SetPrice } from "./SetPrice";
import { useRates } from "./useRates";
import "./admin.css";

export function Prices() {
  return (
    <Only who={(user) => may.operate(user)}>
      <Shown />
    </Only>
  );
}

function Shown() {
  const { t } = useTranslation();
  const user = useUser();
  const prices = hub.useQuery("get", "/api/v1/prices");
  const machines = useMachines().data?.items.filter((machine) => may.operate(user, machine.center)) ?? [];
  const accounts = useAccounts().data?.items ?? [];
  const [setting, setSetting] = useState<Partial<Schema<"SetPrice">>>();
  const names = new Map(accounts.map((account) => [account.id, account.name]));
  const columns = useColumns(
    (id) => names.get(id) ?? id,
    (machine) => machines.some((one) => one.id === machine),
    setSetting,
  );
  const rows = useMemo(() => prices.data && byScope(prices.data.items), [prices.data]);
  const set = (
    <button type="button" className="button primary" onClick={() => setSetting({})} disabled={!machines.length}>
      {t("prices.set")}
    </button>
  );
  return (
    <Page title={t("nav.prices")} sub={t("prices.sub")} actions={set}>
      <Table
        label={t("nav.prices")}
        columns={columns}
        rows={rows}
        id={({ now }) => now.id}
        error={prices.error}
        retry={() => void prices.refetch()}
        empty={<Empty title={t("prices.none")} text={t("prices.none_text")} />}
      />
      <SetPrice setting={setting} machines={machines} accounts={accounts} onClose={() => setSetting(undefined)} />
    </Page>
  );
}

function useColumns(
  account: (id: string) => string,
  mine: (machine: string) => boolean,
  onSet: (setting: Partial<Schema<"SetPrice">>) => void,
): Column<Priced>[] {
  const { t } = useTranslation();
  const rates = useRates();
  return [
    { id: "machine", title: t("prices.machine"), main: true, cell: ({ now }) => now.machine_name ?? now.machine },
    { id: "queue", title: t("prices.queue"), cell: ({ now }) => now.queue ?? t("prices.all_queues") },
    {
      id: "account",
      title: t("prices.account"),
      cell: ({ now }) => (now.account ? account(now.account) : t("prices.all_accounts")),
    },
    {
      id: "rates",
      title: t("prices.rates"),
      cell: ({ now }) => rates(now).map((rate) => <div key={rate}>{rate}</div>),
    },
    {
      id: "since",
      title: t("prices.since"),
      cell: ({ now, before }) => (
        <>
          <When at={now.since} />
          {before.length > 0 && (
            <details>
              <summary>{t("prices.before", { count: before.length })}</summary>
              {before.map((price) => (
                <div className="dim" key={price.id}>
                  <When at={price.since} /> · {rates(price).join(" + ")}
                </div>
              ))}
            </details>
          )}
        </>
      ),
    },
    {
      id: "actions",
      title: t("prices.actions"),
      numeric: true,
      cell: ({ now }) =>
        mine(now.machine) ? (
          <button type="button" className="button" onClick={() => onSet({ ...now })}>
            {t("prices.change")}
          </button>
        ) : (
          "–"
        ),
    },
  ];
}
