/** The form that puts money into somebody's account. */

import { Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, hub, type Schema } from "../../api/client";
import { money } from "../../i18n/format";
import { Dialog } from "../../ui/form/Dialog";
import { useDo } from "../../ui/useDo";
import { useBalance } from "../account/data";

type Values = { account: string; amount: number; currency: string; reason: string };

export function AddMoney({ user, onClose }: { user: Schema<"User"> | undefined; onClose: () => void }) {
  const accounts = hub.useQuery(
    "get",
    "/api/v1/accounts",
    { params: { query: { limit: 1000 } } },
    { enabled: Boolean(user) },
  );
  if (!user || !accounts.data) return null;
  return <Shown key={user.id} user={user} accounts={accounts.data.items} onClose={onClose} />;
}

function Shown({
  user,
  accounts,
  onClose,
}: {
  user: Schema<"User">;
  accounts: Schema<"Account">[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const act = useDo();
  const own = accounts.find((account) => account.personal && account.name === user.name);
  const submit = async ({ account, amount, currency, reason }: Values) => {
    const sum = { micros: Math.round(amount * 1_000_000), currency };
    const params = { path: { account } };
    await api.POST("/api/v1/accounts/{account}/topups", { params, body: { sum, reason: reason.trim() } });
    const name = accounts.find((one) => one.id === account)?.name;
    await act(async () => undefined, {
      stale: ["/api/v1/accounts/{account}/balance", "/api/v1/accounts/{account}/charges"],
      done: (t) => t("people.money_done", { sum: money(sum), name }),
    });
  };
  return (
    <Dialog<Values>
      open
      title={t("people.money_to", { name: user.display_name || user.name })}
      ok={t("people.money")}
      initial={{ account: own?.id, currency: "CNY", reason: "" }}
      onClose={onClose}
      onSubmit={submit}
    >
      <Form.Item name="account" label={t("people.account")} rules={[{ required: true, message: t("form.required") }]}>
        <Select
          showSearch
          optionFilterProp="label"
          options={accounts.map((account) => ({ value: account.id, label: account.name }))}
        />
      </Form.Item>
      <Has />
      <div className="form-row">
        <Form.Item
          name="amount"
          label={t("people.amount")}
          rules={[
            { required: true, message: t("form.required") },
            { type: "number", min: 0.000001, message: t("people.amount_wrong") },
          ]}
        >
          <InputNumber style={{ width: "100%" }} inputMode="decimal" autoFocus />
        </Form.Item>
        <Currency />
      </div>
      <Form.Item name="reason" label={t("people.reason")} extra={t("people.reason_help")}>
        <Input maxLength={200} />
      </Form.Item>
    </Dialog>
  );
}

/** What the chosen account has now. */
function Has() {
  const { t } = useTranslation();
  const account: string | undefined = Form.useWatch("account");
  const { data } = useBalance(account);
  if (!data) return null;
  const sums = data.map((one) => money(one.available)).join(", ");
  return <p className="dialog-text dim">{data.length ? t("people.has", { sums }) : t("people.has_nothing")}</p>;
}

export function Currency() {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="currency"
      label={t("people.currency")}
      normalize={(value: string) => value.toUpperCase()}
      rules={[{ required: true, pattern: /^[A-Z]{3}$/, message: t("people.currency_wrong") }]}
    >
      <Input maxLength={3} autoComplete="off" spellCheck={false} />
    </Form.Item>
  );
}
