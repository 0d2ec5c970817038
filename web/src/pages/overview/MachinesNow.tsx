/** The machines and how busy they are. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { number } from "../../i18n/format";
import { ErrorView } from "../../ui/ErrorView";
import { LoadBar } from "../../ui/LoadBar";
import { Loading } from "../../ui/Loading";
import { Panel, Section } from "../../ui/Page";
import { useMachines } from "../machines/data";
import { condition, type Machine, waiting } from "../machines/load";
import { MachineState } from "../machines/MachineState";

export function MachinesNow() {
  const { t } = useTranslation();
  const { data, error, refetch } = useMachines();
  return (
    <Section title={t("nav.machines")} tools={<Link to="/machines">{t("overview.all_machines")}</Link>}>
      <Panel flush>
        {!data && (error ? <ErrorView error={error} retry={() => void refetch()} small /> : <Loading lines={3} />)}
        {data?.items.length === 0 && <p className="dim machines-now-none">{t("overview.no_machines")}</p>}
        <ul className="machines-now">
          {data?.items.map((machine) => (
            <Row key={machine.id} machine={machine} />
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

function Row({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const { reading } = machine;
  const cores = reading?.cores;
  const words = cores && t("machines.cores_free", { free: number(cores.idle), total: number(cores.total) });
  return (
    <li>
      <span>
        <Link to="/machines/$machine" params={{ machine: machine.id }}>
          {machine.description.title || machine.name}
        </Link>
        <span className="dim">{machine.center_name}</span>
      </span>
      {cores ? (
        <LoadBar
          label={words ?? ""}
          total={cores.total}
          parts={[
            { value: cores.allocated, tone: "used" },
            { value: cores.unavailable, tone: "away" },
          ]}
        />
      ) : (
        <span />
      )}
      {condition(machine) === "ready" && reading ? (
        <span className="dim">
          {words} · {t("overview.queue", { count: waiting(reading) })}
        </span>
      ) : (
        <MachineState machine={machine} />
      )}
    </li>
  );
}
