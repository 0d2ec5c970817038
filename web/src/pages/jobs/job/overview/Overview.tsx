/** A job at a glance: what is wrong or waited for first, then how it came here, what was asked, used and paid. */

import { useTranslation } from "react-i18next";
import { Section } from "../../../../ui/Page";
import type { Attempt, Whole } from "../record";
import { Cost } from "./Cost";
import { Ended } from "./Ended";
import { Placement } from "./Placement";
import { Request } from "./Request";
import { Resources } from "./Resources";
import { Timeline } from "./Timeline";

export function Overview({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t } = useTranslation();
  const latest = attempt === job.attempts.at(-1);
  return (
    <>
      <Ended job={job} attempt={attempt} />
      {latest && <Placement job={job} attempt={attempt} />}
      <div className="split">
        <Section title={t("job.history")}>
          <Timeline job={job} attempt={attempt} />
        </Section>
        <div>
          <Section title={t("job.resources")}>
            <Resources job={job} attempt={attempt} />
          </Section>
          <Section title={t("job.cost")}>
            <Cost job={job} />
          </Section>
          <Section title={t("job.request")}>
            <Request job={job} attempt={attempt} />
          </Section>
        </div>
      </div>
    </>
  );
}
