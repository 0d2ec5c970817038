/** What a job occupies and uses, beside what it may. */

import { useTranslation } from "react-i18next";
import { bytes, number, percent, span } from "../../../../i18n/format";
import { useNow } from "../../../../ui/now";
import { Facts, Panel } from "../../../../ui/Page";
import type { Attempt, Whole } from "../record";
import { Meter } from "./Meter";
import { used } from "./use";

export function Resources({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t } = useTranslation();
  if (attempt.usage) return <Known job={job} usage={attempt.usage} />;
  if (attempt.started_at && !attempt.ended_at) return <Running job={job} started={attempt.started_at} />;
  return <p className="dim">{attempt.started_at ? t("job.usage_unknown") : t("job.not_run")}</p>;
}

function Known({ job, usage }: { job: Whole; usage: NonNullable<Attempt["usage"]> }) {
  const { t } = useTranslation();
  const { seconds, coreHours, busy } = used(usage);
  const limit = job.request.memory_mib;
  const memory = usage.peak_memory_mib;
  return (
    <Panel>
      <TimeMeter seconds={seconds} limit={job.request.time_s} />
      {memory !== null && limit ? (
        <Meter
          label={t("job.peak_memory")}
          value={memory}
          of={limit}
          text={t("job.of", { part: bytes(memory * 1024 ** 2), whole: bytes(limit * 1024 ** 2) })}
        />
      ) : null}
      {busy !== undefined && <Meter label={t("job.busy")} value={busy} of={1} text={percent(busy)} />}
      <Facts
        items={[
          [t("job.core_hours"), number(coreHours, coreHours < 1 ? 5 : 2)],
          [t("job.cores"), number(usage.cores)],
          [t("job.nodes"), number(usage.nodes)],
          usage.gpus ? [t("job.gpus"), number(usage.gpus)] : null,
          memory !== null && !limit ? [t("job.peak_memory"), bytes(memory * 1024 ** 2)] : null,
          usage.cpu_time !== null ? [t("job.cpu_time"), span(usage.cpu_time)] : null,
          [t("job.measured_by"), t(`job.evidence.${usage.evidence}`)],
        ]}
      />
    </Panel>
  );
}

function Running({ job, started }: { job: Whole; started: string }) {
  const { t } = useTranslation();
  const seconds = Math.max(0, (useNow() - Date.parse(started)) / 1000);
  const cores = job.request.cores ?? 1;
  return (
    <Panel>
      <TimeMeter seconds={seconds} limit={job.request.time_s} />
      <Facts
        items={[
          [t("job.core_hours_so_far"), number((seconds * cores) / 3600, 3)],
          [t("job.cores"), number(cores)],
          [t("job.nodes"), number(job.request.nodes ?? 1)],
        ]}
      />
    </Panel>
  );
}

function TimeMeter({ seconds, limit }: { seconds: number; limit: number | null | undefined }) {
  const { t } = useTranslation();
  if (!limit) return null;
  const text = t("job.of", { part: span(seconds), whole: span(limit) });
  return <Meter label={t("job.run_time")} value={seconds} of={limit} text={text} />;
}
