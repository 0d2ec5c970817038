/** One center: what it says of itself, its gateways, its machines, and the way for another gateway to join. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { Section } from "../../ui/Page";
import { Tag } from "../../ui/State";
import { useDo } from "../../ui/useDo";
import type { Machine } from "../machines/load";
import { Gateways } from "./Gateways";
import type { Joining } from "./Join";
import { MachineSwitches } from "./MachineSwitches";

type Part = {
  center: Schema<"Center">;
  gateways: Schema<"Gateway">[];
  machines: Machine[];
  onJoin: (joining: Joining) => void;
};

export function CenterPart({ center, gateways, machines, onJoin }: Part) {
  const { t } = useTranslation();
  const act = useDo();
  const [busy, setBusy] = useState(false);
  const token = async () => {
    setBusy(true);
    await act(
      async () => {
        const params = { path: { center: center.id } };
        const { data } = await api.POST("/api/v1/centers/{center}/join-tokens", { params });
        if (data) onJoin({ center, join: data });
      },
      { stale: [] },
    );
    setBusy(false);
  };
  const words = [center.name, center.organisation, center.contact].filter(Boolean).join(" · ");
  return (
    <Section
      title={
        <>
          <span className="center-title">
            {center.title}
            <Tag tone={center.connected ? "ok" : gateways.length ? "bad" : "wait"}>
              {t(center.connected ? "centers.connected" : gateways.length ? "centers.away" : "centers.not_joined")}
            </Tag>
          </span>
          <span className="dim center-sub">{words}</span>
        </>
      }
      tools={
        <button type="button" className="button" disabled={busy} onClick={() => void token()}>
          {t("centers.new_token")}
        </button>
      }
    >
      <Gateways gateways={gateways} center={center} />
      {machines.length > 0 && <MachineSwitches machines={machines} center={center} />}
    </Section>
  );
}
