/** The fields for what somebody may do. */

import { Checkbox, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";

export type RoleValues = { administrator: boolean; centers: string[] };

export function RoleFields() {
  const { t } = useTranslation();
  const { data } = hub.useQuery(
    "get",
    "/api/v1/centers",
    { params: { query: { limit: 1000 } } },
    { staleTime: 60_000 },
  );
  return (
    <>
      <Form.Item name="administrator" valuePropName="checked" extra={t("people.administrator_text")}>
        <Checkbox>{t("people.administrator")}</Checkbox>
      </Form.Item>
      <Form.Item name="centers" label={t("people.centers")} extra={t("people.centers_text")}>
        <Select
          mode="multiple"
          allowClear
          optionFilterProp="label"
          placeholder={t("people.no_centers")}
          options={data?.items.map((center) => ({ value: center.id, label: `${center.title} (${center.name})` }))}
        />
      </Form.Item>
    </>
  );
}
