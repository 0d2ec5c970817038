/** What an account has, what is set aside and what is left. An account that never had money is told how it gets some. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { useUser } from "../../api/session";
import { money } from "../../i18n/format";
import { Empty } from "../../ui/Empty";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Figures } from "../../ui/Page";
import { may } from "../../ui/shell/nav";
import { useBalance } from "./data";

export function Balances({ account }: { account: Schema<"Account"> }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useBalance(account.id);
  if (!data) return error ? <ErrorView error={error} retry={() => void refetch()} small /> : <Loading lines={3} />;
  const none = data.every(({ balance, held }) => balance.micros === 0 && held.micros === 0);
  return (
    <>
      {data.map(({ balance, held, available }) => (
        <Figures
          key={balance.currency}
          items={[
            { label: t("account.available"), value: money(available), note: t("account.available_note") },
            { label: t("account.held"), value: money(held), note: t("account.held_note") },
            { label: t("account.balance"), value: money(balance), note: balance.currency },
          ]}
        />
      ))}
      {none && <NextStep account={account} />}
    </>
  );
}

function NextStep({ account }: { account: Schema<"Account"> }) {
  const { t } = useTranslation();
  const administers = may.administer(useUser());
  return (
    <Empty
      title={t("account.empty")}
      text={t(administers ? "account.empty_admin" : "account.empty_text", { name: account.name })}
      action={
        administers ? (
          <Link to="/admin/people" className="button primary">
            {t("nav.people")}
          </Link>
        ) : (
          <Link to="/machines" className="button">
            {t("account.see_prices")}
          </Link>
        )
      }
    />
  );
}
