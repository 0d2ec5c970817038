/** What ended since one looked last. */

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ago } from "../../i18n/format";
import { Panel, Section } from "../../ui/Page";
import { JobState } from "../../ui/State";
import { When } from "../../ui/When";
import type { Job } from "../jobs/list";
import { ended } from "./rows";
import { lastVisit } from "./visit";

const MOST = 8;

export function News({ jobs, user }: { jobs: Job[]; user: string }) {
  const { t } = useTranslation();
  const [since] = useState(() => lastVisit(user, Date.now(), localStorage));
  const news = ended(jobs, since);
  return (
    <Section
      title={t("overview.news")}
      tools={<span className="dim">{t("overview.since", { when: ago(since) })}</span>}
    >
      <Panel flush={news.length > 0}>
        {news.length === 0 && <p className="dim">{t("overview.no_news")}</p>}
        <ul className="news">
          {news.slice(0, MOST).map((job) => (
            <li key={job.id}>
              <Link to="/jobs/$job" params={{ job: job.id }}>
                {job.name}
              </Link>
              <JobState job={job} />
              <span className="dim">
                <When at={job.ended_at} relative />
              </span>
            </li>
          ))}
        </ul>
        {news.length > MOST && (
          <p className="dim news-more">{t("overview.more_news", { count: news.length - MOST })}</p>
        )}
      </Panel>
    </Section>
  );
}
