/** The account that pays, with what it has. */

import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { useUser } from "../../api/session";
import { money } from "../../i18n/format";
import { described, Field } from "../../ui/form/Field";

type Payer = {
  id: string;
  value: string | undefined;
  errors?: string[];
  onChange: (account: string | undefined) => void;
};

export function Payer({ id, value, errors, onChange }: Payer) {
  const { t } = useTranslation();
  const enabled = Boolean(useUser());
  const accounts = hub.useQuery("get", "/api/v1/accounts", {}, { enabled }).data?.items ?? [];
  const own = accounts.find((account) => account.personal);
  const chosen = accounts.find((account) => account.id === value || account.name === value) ?? own;
  const balance = hub.useQuery(
    "get",
    "/api/v1/accounts/{account}/balance",
    { params: { path: { account: chosen?.id ?? "" } } },
    { enabled: enabled && Boolean(chosen) },
  );
  const help = balance.data?.map((one) => t("app.available", { sum: money(one.available) })).join(" · ");
  if (!enabled) return null;
  return (
    <Field id={id} label={t("app.account")} errors={errors} help={help}>
      <Select
        id={id}
        value={chosen?.id}
        status={errors ? "error" : undefined}
        options={accounts.map((account) => ({
          value: account.id,
          label: account.personal ? t("app.account_own", { name: account.name }) : account.name,
        }))}
        onChange={(next) => onChange(next === own?.id ? undefined : next)}
        {...described(id, errors, help)}
      />
    </Field>
  );
}
