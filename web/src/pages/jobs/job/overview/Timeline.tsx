/** How an attempt came to be in its state: each step with its time, who saw it, what happened, and the record it rests on. */

import { useTranslation } from "react-i18next";
import { useUser } from "../../../../api/session";
import { moment } from "../../../../i18n/format";
import { Elapsed } from "../../../../ui/Elapsed";
import { JobState } from "../../../../ui/State";
import type { Attempt, Fact, Whole } from "../record";
import { baseOf, type Entry, timeline } from "../timeline";
import { factWords, flat } from "../words";

/** Whether a state lasted so long that it is worth a word. */
const long = (from: string, to: string) => Date.parse(to) - Date.parse(from) >= 1000;

export function Timeline({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const entries = timeline(attempt, job.created_at);
  return (
    <ol className="timeline">
      {entries.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: history only grows at its end
        <Row key={index} entry={entry} over={index === entries.length - 1 && job.ended_at !== null} />
      ))}
    </ol>
  );
}

function Row({ entry, over }: { entry: Entry; over: boolean }) {
  const { t } = useTranslation();
  const me = useUser()?.id;
  const { state, at, until, step } = entry;
  const by = step?.by;
  return (
    <li>
      <div className="timeline-head">
        <JobState job={{ state, base: baseOf(state) }} />
        {step?.inferred && (
          <span className="inferred" title={t("job.inferred_text")}>
            {t("job.inferred")}
          </span>
        )}
        <span className="timeline-when">
          <time dateTime={at}>{moment(at)}</time>
          {(until ? long(at, until) : !over) && (
            <span className="dim">
              {" · "}
              <Elapsed from={at} to={until} />
            </span>
          )}
        </span>
      </div>
      <div className="timeline-text">
        {!step
          ? t("job.fact.created")
          : step.inferred
            ? t("job.follows_from", { number: step.fact })
            : step.evidence && factWords(t, step.evidence, me)}
        {by && (
          <span className="dim" title={by === "hub" ? undefined : by}>
            {" · "}
            {by === "hub" ? t("job.by_hub") : t("job.by_gateway")}
          </span>
        )}
      </div>
      {step?.evidence && <Record fact={step.evidence} number={step.fact} />}
    </li>
  );
}

/** The record itself, for who wants to know exactly. */
function Record({ fact, number }: { fact: Fact; number: number }) {
  const { t } = useTranslation();
  const evidence = "evidence" in fact ? fact.evidence : undefined;
  const lines = flat(fact).filter(([name]) => name !== "fact");
  return (
    <details className="record">
      <summary>
        {evidence ? t("job.known_by", { how: t(`job.evidence.${evidence}`) }) : t("job.record", { number })}
      </summary>
      <dl>
        {[["fact", `${number} ${fact.fact}`] as [string, string], ...lines].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
