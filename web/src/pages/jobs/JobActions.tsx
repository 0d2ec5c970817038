/** What can be done to one job of a list: the likeliest thing for its state as a word, the rest in a menu. */

import { EllipsisOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { acts, can } from "./acts";
import type { Job } from "./list";
import { useAct } from "./use-act";

export function JobActions({ job }: { job: Job }) {
  const { t } = useTranslation();
  const act = useAct();
  const go = useNavigate();
  const open = acts.filter((what) => can[what](job));
  const first = open[0];
  const items = [
    ...open.slice(1).map((what) => ({
      key: what,
      label: t(`jobs.act.${what}`),
      onClick: () => void act(what, [job]),
    })),
    {
      key: "again",
      label: t("jobs.again"),
      onClick: () => void go({ to: "/apps/$app", params: { app: job.app }, search: { again: job.id } }),
    },
    {
      key: "log",
      label: t("jobs.log"),
      onClick: () => void go({ to: "/jobs/$job", params: { job: job.id }, search: { tab: "log" } }),
    },
    {
      key: "files",
      label: t("jobs.files"),
      onClick: () => void go({ to: "/jobs/$job", params: { job: job.id }, search: { tab: "files" } }),
    },
  ];
  return (
    <span className="job-acts">
      {first && (
        <button
          type="button"
          className="icon"
          aria-label={t("jobs.act_on", { act: t(`jobs.act.${first}`), name: job.name })}
          onClick={() => void act(first, [job])}
        >
          {t(`jobs.act.${first}`)}
        </button>
      )}
      <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
        <button type="button" className="icon" aria-label={t("jobs.actions_of", { name: job.name })}>
          <EllipsisOutlined />
        </button>
      </Dropdown>
    </span>
  );
}
