/** The form that adds a person, with a first password to hand over. */

import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Dialog } from "../../ui/form/Dialog";
import { useDo } from "../../ui/useDo";
import { broken, LONGEST, SHORTEST } from "../profile/rules";
import { FirstPassword } from "./FirstPassword";
import { RoleFields, type RoleValues } from "./RoleFields";
import { asRoles } from "./roles";

type Values = RoleValues & { name: string; display_name: string; password: string };

export function AddPerson({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useDo();
  const submit = async ({ administrator, centers, ...person }: Values) => {
    await api.POST("/api/v1/users", { body: { ...person, roles: asRoles(administrator, centers) } });
    await act(async () => undefined, {
      stale: ["/api/v1/users", "/api/v1/accounts"],
      done: (t) => t("people.added", { name: person.name }),
    });
  };
  return (
    <Dialog<Values>
      open={open}
      title={t("people.add")}
      ok={t("people.add_it")}
      initial={{ administrator: false, centers: [] }}
      onClose={onClose}
      onSubmit={submit}
      // Every other rule of a password is told before the hub is asked.
      say={({ field, kind }) => (field === "password" && kind === "invalid" ? t("profile.rules.common") : undefined)}
    >
      <Form.Item
        name="name"
        label={t("people.name")}
        extra={t("people.name_help")}
        rules={[
          { required: true, whitespace: true, message: t("form.required") },
          { pattern: /^([a-z][a-z0-9._-]{0,31})?$/, message: t("people.name_wrong") },
        ]}
      >
        <Input autoCapitalize="none" spellCheck={false} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="display_name"
        label={t("people.display_name")}
        rules={[{ required: true, whitespace: true, message: t("form.required") }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <FirstPassword
        judge={(password, name) => {
          const [rule] = broken(password, name);
          return rule && t(`profile.rules.${rule}`, { shortest: SHORTEST, longest: LONGEST });
        }}
      />
      <RoleFields />
    </Dialog>
  );
}
