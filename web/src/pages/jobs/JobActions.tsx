/** What can be done to one job of a list, by its state. */

import { EllipsisOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { acts, can, useAct } from "./act";
import type { Job } from "./list";

export function JobActions({ job }: { job: Job }) {
  const { t } = useTranslation();
  const act = useAct();
  const items = acts
    .filter((what) => can[what](job))
    .map((what) => ({ key: what, label: t(`jobs.act.${what}`), onClick: () => void act(what, [job]) }));
  if (!items.length) return null;
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <button type="button" className="icon" aria-label={t("jobs.actions_of", { name: job.name })}>
        <EllipsisOutlined />
      </button>
    </Dropdown>
  );
}
