/** A center's machines, put in and out of service. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { type Column, Table } from "../../ui/table/Table";
import { useDo } from "../../ui/useDo";
import { When } from "../../ui/When";
import { CoresLoad } from "../machines/CoresLoad";
import type { Machine } from "../machines/load";
import { MachineState } from "../machines/MachineState";
import "../machines/machines.css";

export function MachineSwitches({ machines, center }: { machines: Machine[]; center: Schema<"Center"> }) {
  const { t } = useTranslation();
  const act = useDo();
  const columns = useMemo<Column<Machine>[]>(() => {
    const set = (machine: Machine, enabled: boolean) =>
      api.PUT("/api/v1/machines/{machine}/enabled", { params: { path: { machine: machine.id } }, body: { enabled } });
    const change = (machine: Machine) =>
      act(() => set(machine, !machine.enabled), {
        stale: ["/api/v1/machines", "/api/v1/machines/{machine}"],
        done: (t) => t(machine.enabled ? "centers.disabled_done" : "centers.enabled_done", { machine: machine.name }),
        undo: () => set(machine, machine.enabled),
      });
    return [
      {
        id: "name",
        title: t("centers.machine"),
        main: true,
        cell: (machine) => (
          <>
            <Link to="/machines/$machine" params={{ machine: machine.id }}>
              {machine.description.title || machine.name}
            </Link>
            <div className="dim">{machine.name}</div>
          </>
        ),
      },
      { id: "state", title: t("centers.state"), cell: (machine) => <MachineState machine={machine} /> },
      {
        id: "load",
        title: t("centers.load"),
        cell: ({ reading }) => (reading ? <CoresLoad reading={reading} /> : "–"),
      },
      { id: "seen", title: t("centers.seen"), cell: (machine) => <When at={machine.last_seen_at} relative /> },
      {
        id: "actions",
        title: t("centers.actions"),
        numeric: true,
        cell: (machine) => (
          <button
            type="button"
            className="button"
            title={t(machine.enabled ? "centers.disable_text" : "centers.enable_text")}
            onClick={() => void change(machine)}
          >
            {t(machine.enabled ? "centers.disable" : "centers.enable")}
          </button>
        ),
      },
    ];
  }, [t, act]);
  return (
    <div className="machine-switches">
      <Table
        label={t("centers.machines_of", { center: center.title })}
        columns={columns}
        rows={machines}
        id={(machine) => machine.id}
        empty={null}
      />
    </div>
  );
}
