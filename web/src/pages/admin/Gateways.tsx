/** The gateways of a center and how they are: seen, version, clock, certificate; kept out and let in again. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { Tag } from "../../ui/State";
import { type Column, Table } from "../../ui/table/Table";
import { useDo } from "../../ui/useDo";
import { When } from "../../ui/When";
import { certificate, clock, clockIsOff } from "./gateway";

type Gateway = Schema<"Gateway">;

export function Gateways({ gateways, center }: { gateways: Gateway[]; center: Schema<"Center"> }) {
  const { t } = useTranslation();
  const act = useDo();
  const columns = useMemo<Column<Gateway>[]>(() => {
    const set = (gateway: Gateway, revoked: boolean) =>
      api.PUT("/api/v1/gateways/{gateway}/revoked", { params: { path: { gateway: gateway.id } }, body: { revoked } });
    const change = (gateway: Gateway, revoked: boolean) =>
      act(() => set(gateway, revoked), {
        stale: ["/api/v1/gateways", "/api/v1/centers"],
        done: (t) => t(revoked ? "centers.revoked_done" : "centers.restored_done", { gateway: gateway.id }),
        undo: () => set(gateway, !revoked),
      });
    return [
      { id: "id", title: t("centers.gateway"), main: true, cell: (one) => <span className="mono">{one.id}</span> },
      { id: "state", title: t("centers.state"), cell: (one) => <State gateway={one} /> },
      {
        id: "seen",
        title: t("centers.seen"),
        cell: (one) => (one.last_seen_at ? <When at={one.last_seen_at} relative /> : t("centers.never")),
      },
      { id: "version", title: t("centers.version"), cell: (one) => one.version },
      { id: "clock", title: t("centers.clock"), numeric: true, cell: (one) => <Clock gateway={one} /> },
      {
        id: "certificate",
        title: t("centers.certificate"),
        numeric: true,
        cell: (one) => <Certificate gateway={one} />,
      },
      {
        id: "actions",
        title: t("centers.actions"),
        numeric: true,
        cell: (one) => (
          <button
            type="button"
            className="button"
            title={t(one.revoked ? "centers.restore_text" : "centers.revoke_text")}
            onClick={() => void change(one, !one.revoked)}
          >
            {t(one.revoked ? "centers.restore" : "centers.revoke")}
          </button>
        ),
      },
    ];
  }, [t, act]);
  return (
    <Table
      label={t("centers.gateways_of", { center: center.title })}
      columns={columns}
      rows={gateways}
      id={(gateway) => gateway.id}
      empty={<p className="admin-none">{t("centers.no_gateway")}</p>}
    />
  );
}

function State({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  if (gateway.revoked) return <Tag tone="off">{t("centers.revoked")}</Tag>;
  return gateway.connected ? <Tag tone="ok">{t("centers.connected")}</Tag> : <Tag tone="bad">{t("centers.away")}</Tag>;
}

function Clock({ gateway: { clock_offset_micros: micros } }: { gateway: Gateway }) {
  const { t } = useTranslation();
  if (micros === null || micros === undefined) return <>–</>;
  return (
    <span className={clockIsOff(micros) ? "bad-word" : undefined}>{t("centers.ahead", { time: clock(micros) })}</span>
  );
}

function Certificate({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const state = certificate(gateway.expires_at, Date.now());
  return (
    <>
      <When at={gateway.expires_at} />
      {state !== "good" && <div className="bad-word">{t(`centers.certificates.${state}`)}</div>}
    </>
  );
}
