/** The centers and their machines: what they are, how busy they are now. Open to everybody. */

import { useTranslation } from "react-i18next";
import { Empty } from "../../ui/Empty";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { Center } from "./Center";
import { useCenters, useMachines } from "./data";
import "./machines.css";

export function Machines() {
  const { t } = useTranslation();
  return (
    <Page title={t("machines.title")} sub={t("machines.sub")}>
      <All />
    </Page>
  );
}

function All() {
  const { t } = useTranslation();
  const centers = useCenters();
  const machines = useMachines();
  const error = centers.error ?? machines.error;
  if (!centers.data || !machines.data) {
    const again = () => void Promise.all([centers.refetch(), machines.refetch()]);
    return error ? <ErrorView error={error} retry={again} /> : <Loading lines={8} />;
  }
  const all = machines.data.items;
  if (!centers.data.items.length) return <Empty title={t("machines.none")} text={t("machines.none_text")} />;
  return centers.data.items.map((center) => (
    <Center key={center.id} center={center} machines={all.filter((machine) => machine.center === center.id)} />
  ));
}
