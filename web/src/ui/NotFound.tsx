/** An address nothing lies at. */

import { CompassOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Notice } from "./Notice";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Notice
      icon={<CompassOutlined />}
      title={t("error.not_found.title")}
      action={
        <Link to="/apps" className="button">
          {t("nav.apps")}
        </Link>
      }
    >
      <p>{t("error.not_found.text")}</p>
    </Notice>
  );
}
