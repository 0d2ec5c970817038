/** What can be done to one job of a list: the likeliest thing for its state as a word, the rest in a menu. */

import { EllipsisOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Dropdown } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Act, acts, can } from "./acts";
import type { Job } from "./list";
import { useAct } from "./useAct";

export function JobActions({ job }: { job: Job }) {
  const { t } = useTranslation();
  const act = useAct();
  const first = acts.find((what) => can[what](job));
  // A list of a thousand has a thousand buttons; a menu is made for the one that is pressed.
  const [wanted, setWanted] = useState(false);
  const button = (
    <button
      type="button"
      className="icon"
      aria-label={t("jobs.actions_of", { name: job.name })}
      aria-haspopup="menu"
      onClick={wanted ? undefined : () => setWanted(true)}
    >
      <EllipsisOutlined />
    </button>
  );
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
      {wanted ? (
        <Menu job={job} first={first}>
          {button}
        </Menu>
      ) : (
        button
      )}
    </span>
  );
}

type Menu = { job: Job; first: Act | undefined; children: ReactNode };

function Menu({ job, first, children }: Menu) {
  const { t } = useTranslation();
  const act = useAct();
  const go = useNavigate();
  const [open, setOpen] = useState(true);
  const show = (tab: "log" | "files") => void go({ to: "/jobs/$job", params: { job: job.id }, search: { tab } });
  const items = [
    ...acts
      .filter((what) => what !== first && can[what](job))
      .map((what) => ({ key: what, label: t(`jobs.act.${what}`), onClick: () => void act(what, [job]) })),
    {
      key: "again",
      label: t("jobs.again"),
      onClick: () => void go({ to: "/apps/$app", params: { app: job.app }, search: { again: job.id } }),
    },
    { key: "log", label: t("jobs.log"), onClick: () => show("log") },
    { key: "files", label: t("jobs.files"), onClick: () => show("files") },
  ];
  return (
    <Dropdown menu={{ items }} open={open} onOpenChange={setOpen} trigger={["click"]} placement="bottomRight" autoFocus>
      {children}
    </Dropdown>
  );
}
