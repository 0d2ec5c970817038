/** How a gateway joins a center: the two commands, how long the token is good, and whether it has come. */

import { CheckCircleOutlined, ClockCircleOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Modal } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { hub, type Schema } from "../../api/client";
import { Copy } from "../../ui/Copy";
import { useNow } from "../../ui/now";
import { commands, countdown } from "./gateway";

export type Joining = { center: Schema<"Center">; join: Schema<"JoinToken"> };

export function Join({ joining, onClose }: { joining: Joining | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={Boolean(joining)}
      width={680}
      title={t("join.title", { center: joining?.center.title })}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={
        <button type="button" className="button primary" onClick={onClose}>
          {t("join.close")}
        </button>
      }
    >
      {joining && <Steps key={joining.join.token} {...joining} />}
    </Modal>
  );
}

function Steps({ center, join }: Joining) {
  const { t } = useTranslation();
  const [enrol, run] = commands(window.location.origin, join.token);
  return (
    <div className="join">
      <p>{t("join.text")}</p>
      <h3>{t("join.first")}</h3>
      <Copy text={enrol} label={t("join.first")} />
      <h3>{t("join.second")}</h3>
      <Copy text={run} label={t("join.second")} />
      <Came center={center} join={join} />
    </div>
  );
}

function Came({ center, join }: Joining) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const left = countdown(join.expires_at, useNow());
  // Whether it came is looked for more often than lists are read.
  const { data } = hub.useQuery(
    "get",
    "/api/v1/gateways",
    { params: { query: { limit: 1000 } } },
    { refetchInterval: 2000 },
  );
  const newest = data?.items.filter((one) => one.center === center.id && one.created_at > since(join)).at(-1);
  const connected = newest?.connected ?? false;
  useEffect(() => {
    if (!connected) return;
    void queries.invalidateQueries({ queryKey: ["get", "/api/v1/centers"] });
    void queries.invalidateQueries({ queryKey: ["get", "/api/v1/machines"] });
  }, [connected, queries]);
  const icon = connected ? <CheckCircleOutlined aria-hidden /> : <ClockCircleOutlined aria-hidden />;
  const state = connected ? "connected" : newest ? "enrolled" : left ? "waiting" : "over";
  return (
    <p className="join-state" data-state={state}>
      {icon} <span role="status">{t(`join.${state}`)}</span>
      {state === "waiting" && <b>{t("join.left", { time: left })}</b>}
    </p>
  );
}

/** Tokens are good for 15 minutes: when this one was made. */
const since = (join: Schema<"JoinToken">) => new Date(Date.parse(join.expires_at) - 15 * 60_000 - 1000).toISOString();
