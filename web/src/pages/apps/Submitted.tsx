/** After submitting: to the job, or on with the form. */

import { useNavigate } from "@tanstack/react-router";
import { Button, Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";

export function Submitted({ job, onStay }: { job: Schema<"Job">; onStay: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  return (
    <Modal
      open
      width={440}
      title={t("app.submitted")}
      onCancel={onStay}
      footer={[
        <Button key="stay" onClick={onStay}>
          {t("app.stay")}
        </Button>,
        <Button
          key="go"
          type="primary"
          autoFocus
          onClick={() => void go({ to: "/jobs/$job", params: { job: job.id } })}
        >
          {t("app.go")}
        </Button>,
      ]}
    >
      <p>{t("app.submitted_text", { name: job.name })}</p>
      <p className="mono dim">{job.id}</p>
    </Modal>
  );
}
