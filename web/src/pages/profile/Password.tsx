/** Changes one's password. It ends one's other sessions, and says so before. */

import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { useUser } from "../../api/session";
import { useSubmit } from "../../ui/form/useSubmit";
import { Panel, Section } from "../../ui/Page";
import { useDone } from "../../ui/useDone";
import { Meter } from "./Meter";
import { broken, LONGEST, SHORTEST } from "./rules";

type Values = { old: string; new: string; again: string };

export function Password() {
  const { t } = useTranslation();
  const done = useDone();
  const user = useUser();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const typed: string = Form.useWatch("new", form) ?? "";
  const { busy, problem, submit } = useSubmit<Values>({
    form,
    work: async ({ old, new: next }) => {
      await api.PUT("/api/v1/me/password", { body: { old, new: next } });
      form.resetFields();
      done((t) => t("profile.changed"));
      void queries.invalidateQueries({ queryKey: ["get", "/api/v1/sessions"] });
    },
    say: (error) => {
      if (error.field === "old" && error.kind === "forbidden") return t("profile.wrong_old");
      return error.field === "new" ? t("profile.rules.common") : undefined;
    },
  });
  const judged = (password: string) => {
    const [rule] = broken(password, user?.name ?? "");
    return rule && t(`profile.rules.${rule}`, { shortest: SHORTEST, longest: LONGEST });
  };
  const required = { required: true, message: t("form.required") };
  return (
    <Section title={t("profile.password")}>
      <Panel>
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          className="password"
          onFinish={(values) => void submit(values)}
        >
          <input hidden readOnly autoComplete="username" value={user?.name ?? ""} />
          <Form.Item name="old" label={t("profile.old")} rules={[required]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Form.Item
            name="new"
            label={t("profile.new")}
            validateTrigger="onBlur"
            extra={
              <>
                <Meter password={typed} own={[user?.name ?? "", user?.display_name ?? ""]} />
                {t("profile.rules_text", { shortest: SHORTEST })}
              </>
            }
            rules={[
              required,
              {
                validator: async (_, value: string) => {
                  const wrong = value && judged(value);
                  if (wrong) throw new Error(wrong);
                },
              },
            ]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="again"
            label={t("profile.again")}
            dependencies={["new"]}
            validateTrigger="onBlur"
            rules={[
              required,
              {
                validator: async (_, value: string) => {
                  if (value && value !== form.getFieldValue("new")) throw new Error(t("profile.differs"));
                },
              },
            ]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          {problem && <Alert type="error" title={problem} showIcon role="alert" />}
          <Button type="primary" htmlType="submit" loading={busy}>
            {t("profile.change")}
          </Button>
          <p className="dim">{t("profile.change_ends")}</p>
        </Form>
      </Panel>
    </Section>
  );
}
