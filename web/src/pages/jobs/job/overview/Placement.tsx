/** Why a job waits, and the machines that were looked at for it: where it could run, for what, and why not elsewhere. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { hub, type Schema } from "../../../../api/client";
import { money, span } from "../../../../i18n/format";
import { ErrorView } from "../../../../ui/ErrorView";
import { Loading } from "../../../../ui/Loading";
import { Section } from "../../../../ui/Page";
import { why } from "../../../../ui/reason";
import { Tag } from "../../../../ui/State";
import { type Column, Table } from "../../../../ui/table/Table";
import { When } from "../../../../ui/When";
import { over } from "../../acts";
import type { Attempt, Whole } from "../record";
import { nowWords } from "../words";

export function Placement({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t } = useTranslation();
  const params = { params: { path: { job: job.id } } };
  const asked = hub.useQuery("get", "/api/v1/jobs/{job}/explain", params);
  const now = nowWords(t, attempt);
  const unplaced = !attempt.machine && !over(job);
  const refused = unplaced && asked.data?.candidates.length && !asked.data.candidates.some((one) => one.eligible);
  return (
    <>
      {now && (
        <section className={attempt.state === "lost" ? "verdict wait" : "verdict run"} aria-label={t("job.now_title")}>
          <p>{now}</p>
          {refused && <p>{t("job.refused")}</p>}
        </section>
      )}
      {unplaced ? (
        <Section title={t("job.candidates")}>
          <Candidates asked={asked} />
        </Section>
      ) : (
        (asked.data?.candidates.length ?? 0) > 0 && (
          <details className="fold">
            <summary>{t("job.why_there", { machine: job.machine_name ?? "–" })}</summary>
            <Candidates asked={asked} />
          </details>
        )
      )}
    </>
  );
}

type Asked = { data?: Schema<"Explanation">; error: unknown; refetch: () => unknown };

function Candidates({ asked }: { asked: Asked }) {
  const { t } = useTranslation();
  const columns = useCandidateColumns();
  if (asked.error && !asked.data) return <ErrorView error={asked.error} retry={() => void asked.refetch()} small />;
  if (!asked.data) return <Loading lines={2} />;
  if (asked.data.candidates.length === 0) return <p className="dim">{t("job.not_evaluated")}</p>;
  return (
    <>
      <Table
        label={t("job.candidates")}
        columns={columns}
        rows={asked.data.candidates}
        id={(one) => one.machine}
        empty={null}
      />
      {asked.data.evaluated_at && (
        <p className="dim evaluated">
          {t("job.evaluated")} <When at={asked.data.evaluated_at} />
        </p>
      )}
    </>
  );
}

function useCandidateColumns(): Column<Schema<"Candidate">>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "machine",
        title: t("jobs.machine"),
        main: true,
        cell: (one) => (
          <>
            <Link to="/machines/$machine" params={{ machine: one.name }}>
              {one.name}
            </Link>{" "}
            {one.chosen && <Tag tone="ok">{t("job.chosen")}</Tag>}
          </>
        ),
      },
      { id: "queue", title: t("job.queue"), cell: (one) => one.queue ?? "–" },
      {
        id: "reasons",
        title: t("job.can_run"),
        cell: (one) => (one.eligible ? t("job.yes") : one.reasons.map(why).join(" ") || t("job.no")),
      },
      {
        id: "wait",
        title: t("job.expected_wait"),
        numeric: true,
        cell: (one) =>
          one.expected_wait_s == null ? "–" : one.expected_wait_s === 0 ? t("job.at_once") : span(one.expected_wait_s),
      },
      { id: "cost", title: t("job.at_most"), numeric: true, cell: (one) => (one.cost ? money(one.cost) : "–") },
    ],
    [t],
  );
}
