/** How busy a machine was: the share of its cores in use, and how many jobs waited. */

import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { useUser } from "../../api/session";
import { number, percent } from "../../i18n/format";
import { Chips } from "../../ui/Chips";
import { Chart } from "../../ui/chart/Chart";
import type { Series } from "../../ui/chart/series";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { useNow } from "../../ui/now";
import { Panel, Section } from "../../ui/Page";
import type { Machine } from "./load";
import { past, type Reach, reaches, since } from "./past";

export function History({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const user = useUser();
  const [reach, setReach] = useState<Reach>("day");
  return (
    <Section
      title={t("machines.history")}
      tools={
        user && (
          <Chips
            label={t("machines.reach")}
            options={reaches}
            value={reach}
            text={(one) => t(`machines.reaches.${one}`)}
            onChange={(next) => next && setReach(next)}
          />
        )
      }
    >
      <Panel>{user ? <Drawn machine={machine} reach={reach} /> : <SignIn machine={machine} />}</Panel>
    </Section>
  );
}

function SignIn({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  return (
    <p className="dim">
      <Link to="/sign-in" search={{ next: `/machines/${machine.id}` }}>
        {t("shell.sign_in")}
      </Link>{" "}
      {t("machines.history_sign_in")}
    </p>
  );
}

function Drawn({ machine, reach }: { machine: Machine; reach: Reach }) {
  const { t } = useTranslation();
  const from = since(reach, useNow(60_000));
  const { data, error, refetch } = hub.useQuery(
    "get",
    "/api/v1/machines/{machine}/history",
    { params: { path: { machine: machine.id }, query: { since: new Date(from).toISOString() } } },
    { placeholderData: (before) => before },
  );
  const series = useMemo<Series | undefined>(() => {
    if (!data) return;
    const seen = past(data.items);
    return {
      times: seen.times,
      // Where nothing was recorded at first, nothing is shown.
      from: Math.max(from / 1000, (seen.times[0] ?? 0) - 600),
      to: Math.max(from / 1000 + 3600, seen.times.at(-1) ?? 0),
      lines: [
        { name: t("machines.cores_used"), colour: "accent", axis: "share", values: seen.used, text: percent },
        {
          name: t("machines.waiting"),
          colour: "wait",
          axis: "count",
          values: seen.waiting,
          text: (one) => number(one),
        },
      ],
    };
  }, [data, from, t]);
  if (error) return <ErrorView error={error} retry={() => void refetch()} small />;
  if (!series) return <Loading />;
  if (series.times.length < 2) return <p className="dim">{t("machines.history_none")}</p>;
  return <Chart label={words(series, t("machines.cores_used"))} series={series} />;
}

/** What the picture says: lowest, highest and last. */
function words(series: Series, name: string) {
  const used = series.lines[0]?.values.filter((value) => value !== null) ?? [];
  const [low, high, last] = [Math.min(...used), Math.max(...used), used.at(-1) ?? 0].map(percent);
  return `${name}: ${low} – ${high}, ${last}`;
}
