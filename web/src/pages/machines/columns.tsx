/** The columns of a list of machines. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { number } from "../../i18n/format";
import type { Column } from "../../ui/table/Table";
import { When } from "../../ui/When";
import { CoresLoad } from "./CoresLoad";
import { condition, type Machine, waiting } from "./load";
import { MachineState } from "./MachineState";
import { schedulers } from "./measure";

export function useColumns(): Column<Machine>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "machine",
        title: t("machines.machine"),
        main: true,
        cell: (machine) => <Name machine={machine} />,
      },
      { id: "state", title: t("machines.state"), cell: (machine) => <State machine={machine} /> },
      {
        id: "load",
        title: t("machines.load"),
        cell: ({ reading }) => (reading ? <CoresLoad reading={reading} /> : "–"),
      },
      {
        id: "nodes",
        title: t("machines.nodes_free"),
        numeric: true,
        cell: ({ reading }) => (reading ? free(reading.nodes.idle, reading.nodes.total) : "–"),
      },
      {
        id: "gpus",
        title: t("machines.gpus_free"),
        numeric: true,
        cell: ({ reading }) =>
          reading?.gpus.total ? free(reading.gpus.total - reading.gpus.allocated, reading.gpus.total) : "–",
      },
      {
        id: "waiting",
        title: t("machines.waiting"),
        numeric: true,
        cell: ({ reading }) => (reading ? number(waiting(reading)) : "–"),
      },
    ],
    [t],
  );
}

const free = (some: number, all: number) => `${number(some)} / ${number(all)}`;

function Name({ machine }: { machine: Machine }) {
  const { title, architecture, accelerators, scheduler } = machine.description;
  const words = [machine.name, architecture, ...accelerators, schedulers[scheduler] ?? scheduler];
  return (
    <>
      <Link to="/machines/$machine" params={{ machine: machine.id }}>
        {title || machine.name}
      </Link>
      <div className="dim">{words.filter(Boolean).join(" · ")}</div>
    </>
  );
}

function State({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const well = condition(machine) === "ready";
  return (
    <div>
      <MachineState machine={machine} />
      {!well && (
        <div className="dim">
          {t("machines.seen")} <When at={machine.last_seen_at} relative />
        </div>
      )}
    </div>
  );
}
