/** A password one gives to somebody else: made here, seen, copied and handed over. */

import { Button, Form, Input, Space } from "antd";
import { useTranslation } from "react-i18next";
import { makePassword } from "./make-password";

export function FirstPassword({ judge }: { judge: (password: string, name: string) => string | undefined }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const make = () => {
    form.setFieldValue(
      "password",
      makePassword((count) => crypto.getRandomValues(new Uint8Array(count))),
    );
    void form.validateFields(["password"]);
  };
  return (
    <Form.Item label={t("people.password")} htmlFor="password" extra={t("people.password_help")} required>
      <Space.Compact block>
        <Form.Item
          noStyle
          name="password"
          rules={[
            { required: true, message: t("form.required") },
            {
              validator: async (_, value: string) => {
                const wrong = value && judge(value, form.getFieldValue("name") ?? "");
                if (wrong) throw new Error(wrong);
              },
            },
          ]}
        >
          <Input id="password" autoComplete="off" spellCheck={false} className="mono" />
        </Form.Item>
        <Button onClick={make}>{t("people.make_password")}</Button>
      </Space.Compact>
    </Form.Item>
  );
}
