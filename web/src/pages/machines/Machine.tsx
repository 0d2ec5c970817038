/** One machine: how it is now, its queues, its past, whether one may use it, what it is. Open to everybody. */

import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useUser } from "../../api/session";
import { number } from "../../i18n/format";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Figures, Page, Section } from "../../ui/Page";
import { When } from "../../ui/When";
import { About } from "./About";
import { Access } from "./Access";
import { CoresLoad } from "./CoresLoad";
import { useMachine } from "./data";
import { History } from "./History";
import { condition, type Machine, type Reading, running, waiting } from "./load";
import { MachineState } from "./MachineState";
import { NodeMap } from "./NodeMap";
import { Price } from "./Price";
import { Queues } from "./Queues";
import "./machines.css";

export function MachinePage() {
  const { t } = useTranslation();
  const { machine: id } = useParams({ from: "/machines/$machine" });
  const { data: machine, error, refetch } = useMachine(id);
  if (machine) return <Shown machine={machine} />;
  if (error) return <ErrorView error={error} retry={() => void refetch()} />;
  return (
    <Page title={id} up={{ to: "/machines", text: t("machines.title") }}>
      <Loading lines={8} />
    </Page>
  );
}

function Shown({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const user = useUser();
  const { description, reading } = machine;
  return (
    <Page
      title={description.title || machine.name}
      state={<MachineState machine={machine} />}
      sub={description.description}
      up={{ to: "/machines", text: t("machines.title") }}
    >
      <Trouble machine={machine} />
      {reading && <Now reading={reading} />}
      <Queues machine={machine} />
      <div className="split">
        <div>
          <History machine={machine} />
          {reading?.node_map && reading.node_map.length > 0 && <NodeMap nodes={reading.node_map} />}
        </div>
        <div>
          <Access machine={machine} />
          {user && <Price machine={machine} />}
        </div>
      </div>
      <About machine={machine} />
      {reading?.raw && (
        <Section title={t("machines.raw")}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
          <pre className="raw" tabIndex={0}>
            {reading.raw}
          </pre>
        </Section>
      )}
    </Page>
  );
}

/** Why what is shown may not be so, and since when. */
function Trouble({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const state = condition(machine);
  if (state === "ready") return null;
  return (
    <div className="banner" role="status">
      {t(`machines.trouble.${state}`)}{" "}
      <span className="dim">
        {t("machines.seen")} <When at={machine.last_seen_at} relative />
        {machine.reading?.trouble && ` · ${machine.reading.trouble}`}
      </span>
    </div>
  );
}

function Now({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const { nodes, gpus } = reading;
  const of = (free: number, all: number) => t("machines.of_all", { free: number(free), all: number(all) });
  return (
    <>
      <Figures
        items={[
          { label: t("machines.cores"), value: number(reading.cores.idle), note: <CoresLoad reading={reading} /> },
          {
            label: t("machines.nodes_free"),
            value: of(nodes.idle, nodes.total),
            note: t("machines.nodes_note", {
              mixed: number(nodes.mixed),
              used: number(nodes.allocated),
              away: number(nodes.unavailable),
            }),
          },
          ...(gpus.total
            ? [{ label: t("machines.gpus_free"), value: of(gpus.total - gpus.allocated, gpus.total) }]
            : []),
          {
            label: t("machines.waiting"),
            value: number(waiting(reading)),
            note: t("machines.run_now", { count: running(reading) }),
          },
        ]}
      />
      <p className="dim as-of">
        {t("machines.as_of")} <When at={reading.as_of} relative />
      </p>
    </>
  );
}
