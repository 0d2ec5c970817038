/** What a machine is: owner, processors, sizes, nodes, storage, what is installed. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { bytes, number } from "../../i18n/format";
import { LoadBar } from "../../ui/LoadBar";
import { Facts, Panel, Section } from "../../ui/Page";
import { Tag } from "../../ui/State";
import type { Machine } from "./load";
import { flops, memory, schedulers } from "./measure";

export function About({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const { description: about } = machine;
  const nodes = about.node_classes.reduce((sum, one) => sum + one.nodes, 0);
  const cores = about.node_classes.reduce((sum, one) => sum + one.nodes * one.cores, 0);
  const ram = about.node_classes.reduce((sum, one) => sum + one.nodes * one.memory_mib, 0);
  const scheduler = schedulers[about.scheduler] ?? about.scheduler;
  return (
    <Section title={t("machines.about")}>
      <Panel>
        <Facts
          items={[
            [t("machines.name"), <span key="name" className="mono">{`${machine.center_name}/${machine.name}`}</span>],
            [t("machines.organisation"), about.organisation || undefined],
            [t("machines.architecture"), about.architecture || undefined],
            [t("machines.accelerators"), about.accelerators.join(", ") || t("machines.no_accelerators")],
            about.peak_gflops ? [t("machines.peak"), flops(about.peak_gflops)] : null,
            [t("machines.nodes"), number(nodes)],
            [t("machines.cores_all"), number(cores)],
            [t("machines.memory"), memory(ram)],
            [t("machines.scheduler"), [scheduler, about.scheduler_version].filter(Boolean).join(" ")],
          ]}
        />
        {about.node_classes.length > 0 && <h3>{t("machines.node_classes")}</h3>}
        <Facts
          items={about.node_classes.map((one) => [
            t("machines.class_nodes", { name: one.name, nodes: number(one.nodes) }),
            [
              t("machines.class_cores", { count: one.cores, cores: number(one.cores) }),
              memory(one.memory_mib),
              one.gpus > 0 && t("machines.class_gpus", { gpus: number(one.gpus), model: one.gpu_model ?? "" }),
            ]
              .filter(Boolean)
              .join(" · "),
          ])}
        />
        {about.storage.length > 0 && <h3>{t("machines.storage")}</h3>}
        <Facts items={about.storage.map((one) => [one.name, <Store key={one.name} {...one} />])} />
        {about.deployments.length > 0 && <h3>{t("machines.software")}</h3>}
        <ul className="software">
          {about.deployments.map((one) => (
            <li key={one.app}>
              <Link to="/apps/$app" params={{ app: one.app }}>
                {one.app}
              </Link>{" "}
              <Tag tone={one.ready ? "ok" : "off"}>{t(one.ready ? "machines.ready" : "machines.not_ready")}</Tag>
              <div className="dim">{one.note}</div>
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

type Storage = Machine["description"]["storage"][number];

function Store({ path, total_bytes, free_bytes }: Storage) {
  const { t } = useTranslation();
  if (!total_bytes) return <span className="mono">{path ?? "–"}</span>;
  const words = t("machines.storage_free", { free: bytes(free_bytes ?? 0), total: bytes(total_bytes) });
  return (
    <>
      <LoadBar label={words} total={total_bytes} parts={[{ value: total_bytes - (free_bytes ?? 0), tone: "used" }]} />
      <span className="dim">
        {words} {path && <span className="mono">{path}</span>}
      </span>
    </>
  );
}
