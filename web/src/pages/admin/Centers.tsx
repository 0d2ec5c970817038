/** The centers for those who run them: join tokens, gateways and how they are, machines in and out of service. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { hub, type Schema } from "../../api/client";
import { useUser } from "../../api/session";
import { Empty } from "../../ui/Empty";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Only } from "../../ui/Only";
import { Page } from "../../ui/Page";
import { may } from "../../ui/shell/nav";
import { useCenters, useMachines } from "../machines/data";
import { AddCenter } from "./AddCenter";
import { CenterPart } from "./CenterPart";
import { Join, type Joining } from "./Join";
import "./admin.css";

export function Centers() {
  const { t } = useTranslation();
  const user = useUser();
  const [adding, setAdding] = useState(false);
  const [joining, setJoining] = useState<Joining>();
  return (
    <Only who={(who) => may.operate(who)}>
      <Page
        title={t("nav.centers")}
        sub={t("centers.sub")}
        actions={
          may.administer(user) && (
            <button type="button" className="button primary" onClick={() => setAdding(true)}>
              {t("centers.add")}
            </button>
          )
        }
      >
        <All onJoin={setJoining} onAdd={() => setAdding(true)} />
        <AddCenter
          open={adding}
          onClose={() => setAdding(false)}
          onAdded={({ center, join }) => setJoining({ center, join })}
        />
        <Join joining={joining} onClose={() => setJoining(undefined)} />
      </Page>
    </Only>
  );
}

function All({ onJoin, onAdd }: { onJoin: (joining: Joining) => void; onAdd: () => void }) {
  const { t } = useTranslation();
  const user = useUser();
  const centers = useCenters();
  const machines = useMachines();
  const gateways = useGateways();
  const error = centers.error ?? gateways.error ?? machines.error;
  if (!centers.data || !gateways.data || !machines.data) {
    const again = () => void Promise.all([centers.refetch(), gateways.refetch(), machines.refetch()]);
    return error ? <ErrorView error={error} retry={again} /> : <Loading lines={8} />;
  }
  const shown = centers.data.items.filter((center) => may.operate(user, center.id));
  if (shown.length === 0)
    return (
      <Empty
        title={t("centers.none")}
        text={t("centers.none_text")}
        action={
          may.administer(user) && (
            <button type="button" className="button primary" onClick={onAdd}>
              {t("centers.add")}
            </button>
          )
        }
      />
    );
  const of = <T extends { center: string }>(all: T[], center: Schema<"Center">) =>
    all.filter((one) => one.center === center.id);
  return shown.map((center) => (
    <CenterPart
      key={center.id}
      center={center}
      gateways={of(gateways.data.items, center)}
      machines={of(machines.data.items, center)}
      onJoin={onJoin}
    />
  ));
}

const useGateways = () =>
  hub.useQuery("get", "/api/v1/gateways", { params: { query: { limit: 1000 } } }, { refetchInterval: 15_000 });
