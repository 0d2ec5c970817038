/** The form that sets a price from now on. */

import { Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { Dialog } from "../../ui/form/Dialog";
import { useDo } from "../../ui/useDo";
import type { Machine } from "../machines/load";
import { Currency } from "./AddMoney";
import { kinds } from "./price-list";

type Values = Record<(typeof kinds)[number], number | null> & {
  machine: string;
  queue?: string;
  account?: string;
  currency: string;
};

type Setting = {
  setting: Partial<Schema<"SetPrice">> | undefined;
  machines: Machine[];
  accounts: Schema<"Account">[];
  onClose: () => void;
};

export function SetPrice({ setting, machines, accounts, onClose }: Setting) {
  const { t } = useTranslation();
  const act = useDo();
  if (!setting) return null;
  const submit = async ({ machine, queue, account, currency, ...rates }: Values) => {
    const micros = Object.fromEntries(kinds.map((kind) => [kind, Math.round((rates[kind] ?? 0) * 1_000_000)]));
    await api.POST("/api/v1/prices", { body: { machine, queue, account, currency, ...micros } });
    await act(async () => undefined, { stale: ["/api/v1/prices"], done: (t) => t("prices.set_done") });
  };
  const rate = (micros: number | undefined) => (micros ?? 0) / 1_000_000;
  return (
    <Dialog<Values>
      open
      title={t("prices.set")}
      ok={t("prices.set_it")}
      initial={{
        machine: setting.machine ?? (machines.length === 1 ? machines[0]?.id : undefined),
        queue: setting.queue ?? undefined,
        account: setting.account ?? undefined,
        currency: setting.currency ?? "CNY",
        core_hour: rate(setting.core_hour),
        node_hour: rate(setting.node_hour),
        gpu_hour: rate(setting.gpu_hour),
      }}
      onClose={onClose}
      onSubmit={submit}
    >
      <p className="dialog-text dim">{t("prices.set_text")}</p>
      <Where machines={machines} accounts={accounts} />
      <div className="form-row" data-many>
        {kinds.map((kind) => (
          <Form.Item
            key={kind}
            name={kind}
            label={t(`prices.for_${kind}`)}
            required
            rules={[{ type: "number", min: 0 }]}
          >
            <InputNumber style={{ width: "100%" }} inputMode="decimal" min={0} />
          </Form.Item>
        ))}
        <Currency />
      </div>
    </Dialog>
  );
}

function Where({ machines, accounts }: Pick<Setting, "machines" | "accounts">) {
  const { t } = useTranslation();
  const machine: string | undefined = Form.useWatch("machine");
  const form = Form.useFormInstance();
  const queues = machines.find((one) => one.id === machine)?.description.queues ?? [];
  return (
    <>
      <Form.Item name="machine" label={t("prices.machine")} rules={[{ required: true, message: t("form.required") }]}>
        <Select
          showSearch
          optionFilterProp="label"
          options={machines.map((one) => ({ value: one.id, label: `${one.center_name}/${one.name}` }))}
          onChange={() => form.setFieldValue("queue", undefined)}
        />
      </Form.Item>
      <div className="form-row">
        <Form.Item name="queue" label={t("prices.queue")}>
          <Select
            allowClear
            placeholder={t("prices.all_queues")}
            options={queues.map(({ name }) => ({ value: name, label: name }))}
          />
        </Form.Item>
        <Form.Item name="account" label={t("prices.account")}>
          <Select
            allowClear
            showSearch
            optionFilterProp="label"
            placeholder={t("prices.all_accounts")}
            options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      </div>
    </>
  );
}
