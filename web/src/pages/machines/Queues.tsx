/** A machine's queues: how busy each is, and its limits. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { number, percent, span } from "../../i18n/format";
import { LoadBar } from "../../ui/LoadBar";
import { Section } from "../../ui/Page";
import { Tag, type Tone } from "../../ui/State";
import { type Column, Table } from "../../ui/table/Table";
import { backlog, type Machine, queueUse } from "./load";
import { memory } from "./measure";

type Row = Schema<"Queue"> & { load: Schema<"QueueLoad"> | undefined };

const tones: Record<string, Tone> = { production: "ok", draining: "wait", queueing: "wait", closed: "off" };

export function Queues({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const rows = machine.description.queues.map((queue) => ({
    ...queue,
    load: machine.reading?.queues.find((load) => load.name === queue.name),
  }));
  const columns = useMemo<Column<Row>[]>(
    () => [
      {
        id: "name",
        title: t("machines.queue"),
        main: true,
        cell: (queue) => (
          <>
            {queue.name}
            {queue.default && <div className="dim">{t("machines.default_queue")}</div>}
          </>
        ),
      },
      { id: "state", title: t("machines.state"), cell: (queue) => <State queue={queue} /> },
      { id: "load", title: t("machines.load"), cell: (queue) => <Load queue={queue} /> },
      {
        id: "jobs",
        title: t("machines.run_wait"),
        numeric: true,
        cell: ({ load }) => (load ? `${number(load.running)} / ${number(load.waiting)}` : "–"),
      },
      {
        id: "backlog",
        title: t("machines.backlog"),
        numeric: true,
        cell: ({ cores, load }) => (load ? span(backlog(cores, load)) : "–"),
      },
      { id: "limits", title: t("machines.limits"), wide: true, cell: (queue) => <Limits queue={queue} /> },
    ],
    [t],
  );
  return (
    <Section title={t("machines.queues")}>
      <Table
        label={t("machines.queues")}
        columns={columns}
        rows={rows}
        id={(queue) => queue.name}
        empty={<p className="machines-none">{t("machines.no_queues")}</p>}
      />
    </Section>
  );
}

function State({ queue }: { queue: Row }) {
  const { t } = useTranslation();
  if (!queue.load) return <>–</>;
  const known = queue.load.state in tones;
  return (
    <Tag tone={tones[queue.load.state] ?? "off"}>
      {known ? t(`machines.queue_state.${queue.load.state}` as "machines.queue_state.closed") : queue.load.state}
    </Tag>
  );
}

function Load({ queue }: { queue: Row }) {
  const { t } = useTranslation();
  const { used, share } = queueUse(queue.cores, queue.load);
  if (!queue.load) return <>–</>;
  const words = t("machines.queue_use", { used: number(used), cores: number(queue.cores), share: percent(share) });
  return (
    <div className="cores-load">
      <LoadBar label={words} total={queue.cores} parts={[{ value: used, tone: "used" }]} />
      <span className="dim">{words}</span>
    </div>
  );
}

function Limits({ queue }: { queue: Row }) {
  const { t } = useTranslation();
  const limits = [
    queue.max_time_s ? span(queue.max_time_s) : t("machines.no_time_limit"),
    queue.max_nodes && t("machines.max_nodes", { count: queue.max_nodes, n: number(queue.max_nodes) }),
    queue.max_cores && t("machines.max_cores", { count: queue.max_cores, n: number(queue.max_cores) }),
    queue.max_memory_mib && t("machines.max_memory", { memory: memory(queue.max_memory_mib) }),
    queue.gpus > 0 && t("machines.gpus_behind", { count: queue.gpus, n: number(queue.gpus) }),
  ];
  return <span className="dim">{limits.filter(Boolean).join(" · ")}</span>;
}
