/** A bad end, said first: where in its life, why, what the program complained of last, and the way on. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useUser } from "../../../../api/session";
import { explain } from "../../../../ui/explain";
import { type Attempt, exitOf, type Whole } from "../record";
import { actorWords, exitWords } from "../words";
import { LastLines } from "./LastLines";

export function Ended({ job, attempt }: { job: Whole; attempt: Attempt }) {
  if (attempt.state === "failed") return <Failed job={job} attempt={attempt} />;
  if (attempt.state === "canceled") return <Canceled attempt={attempt} />;
  return null;
}

function Failed({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t } = useTranslation();
  const { phase = "run", reason = "" } = attempt.detail;
  const exit = exitOf(attempt);
  const told = attempt.transitions.findLast((step) => step.evidence?.fact === "failed")?.evidence;
  const hint = told?.fact === "failed" ? told.hint : undefined;
  // How a program ended is known in both languages; everything else in the words it was told in.
  const why = phase === "run" && exit ? exitWords(t, exit) : explain({ code: `phase_${phase}`, message: reason });
  return (
    <section className="verdict bad" aria-label={t("job.failed_title")}>
      <h2>{t(`job.phase.${phase}`)}</h2>
      <p>{why}</p>
      {hint && <p className="dim">{hint}</p>}
      {attempt.started_at && <LastLines job={job} attempt={attempt} />}
      {attempt.started_at && (
        <p className="verdict-links">
          <Link
            to="/jobs/$job"
            params={{ job: job.id }}
            search={(now) => ({ ...now, tab: "log" as const, stream: "stderr" as const })}
          >
            {t("job.whole_log")}
          </Link>
          <Link to="/jobs/$job" params={{ job: job.id }} search={(now) => ({ ...now, tab: "files" as const })}>
            {t("job.its_files")}
          </Link>
        </p>
      )}
    </section>
  );
}

function Canceled({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation();
  const me = useUser()?.id;
  const asked = attempt.transitions.findLast((step) => step.evidence?.fact === "cancel_requested")?.evidence;
  const by = attempt.detail.by ?? (asked?.fact === "cancel_requested" ? asked.by : undefined);
  const reason = asked?.fact === "cancel_requested" ? asked.reason : undefined;
  return (
    <section className="verdict off" aria-label={t("job.canceled_title")}>
      <h2>{t("job.canceled_title")}</h2>
      <p>
        {by && t("job.canceled_by", { who: actorWords(t, by, me) })} {reason}
      </p>
      <p className="dim">{attempt.started_at ? t("job.canceled_ran") : t("job.canceled_never_ran")}</p>
    </section>
  );
}
