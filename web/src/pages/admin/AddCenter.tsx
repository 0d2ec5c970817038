/** The form that adds a center. */

import { useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { Dialog } from "../../ui/form/Dialog";

type Added = { open: boolean; onClose: () => void; onAdded: (made: Schema<"CenterCreated">) => void };

/** As the hub wants a center's name. */
const NAME = /^[a-z][a-z0-9-]{0,39}$/;

export function AddCenter({ open, onClose, onAdded }: Added) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const submit = async (values: Schema<"CreateCenter">) => {
    const { data } = await api.POST("/api/v1/centers", { body: values });
    void queries.invalidateQueries({ queryKey: ["get", "/api/v1/centers"] });
    if (data) onAdded(data);
  };
  return (
    <Dialog open={open} title={t("centers.add")} ok={t("centers.add_it")} onClose={onClose} onSubmit={submit}>
      <Form.Item
        name="name"
        label={t("centers.name")}
        extra={t("centers.name_help")}
        validateTrigger="onBlur"
        rules={[
          { required: true, message: t("form.required") },
          { pattern: NAME, message: t("centers.name_wrong") },
        ]}
      >
        <Input autoCapitalize="none" spellCheck={false} autoComplete="off" />
      </Form.Item>
      <Form.Item name="title" label={t("centers.title")} extra={t("centers.title_help")}>
        <Input />
      </Form.Item>
      <Form.Item name="organisation" label={t("centers.organisation")}>
        <Input />
      </Form.Item>
      <Form.Item name="contact" label={t("centers.contact")} extra={t("centers.contact_help")}>
        <Input />
      </Form.Item>
      <Form.Item name="description" label={t("centers.description")}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
    </Dialog>
  );
}
