/** Who pays: what an account has, what it spent and for what, and who belongs to it. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { useUser } from "../../api/session";
import { Empty } from "../../ui/Empty";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { Balances } from "./Balances";
import { Charges } from "./Charges";
import { useAccounts, useBalance, useHolds, useRecentCharges } from "./data";
import { Holds } from "./Holds";
import { Members } from "./Members";
import { Spending } from "./Spending";

export function Account() {
  const { t } = useTranslation();
  const { account: asked } = useSearch({ from: "/people/account" });
  const { data, error, refetch } = useAccounts();
  const user = useUser();
  const go = useNavigate();
  if (!data)
    return (
      <Page title={t("nav.account")}>
        {error ? <ErrorView error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  const own = data.items.find((one) => one.personal && one.name === user?.name);
  const shown = asked ? data.items.find((one) => one.name === asked || one.id === asked) : (own ?? data.items[0]);
  return (
    <Page
      title={t("nav.account")}
      sub={shown && t(shown.personal ? "account.personal" : "account.shared", { name: shown.name })}
      actions={
        data.items.length > 1 && (
          <Select
            className="account-choice"
            aria-label={t("account.choose")}
            showSearch
            style={{ minWidth: 220 }}
            value={shown?.name}
            options={data.items.map((one) => ({ value: one.name, label: one.name }))}
            onChange={(name) => void go({ to: "/account", search: { account: name } })}
          />
        )
      }
    >
      {shown ? (
        <Shown account={shown} key={shown.id} />
      ) : (
        <Empty title={t("account.none")} text={t("account.none_text")} />
      )}
    </Page>
  );
}

function Shown({ account }: { account: Schema<"Account"> }) {
  // The upper parts come together: none is to push another away.
  const upper = [useBalance(account.id), useRecentCharges(account.id), useHolds(account.id)];
  if (upper.some(({ isPending }) => isPending)) return <Loading lines={8} />;
  return (
    <>
      <Balances account={account} />
      <Spending account={account.id} />
      <Holds account={account.id} />
      <Charges account={account} />
      <Members account={account.id} />
    </>
  );
}
