/** What is known of an app beside its form: where it is ready, its versions, its tags. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { day } from "../../i18n/format";
import type { Language } from "../../i18n/i18n";
import { Facts, Panel, Section } from "../../ui/Page";
import { Tag } from "../../ui/State";
import type { AppDetail } from "./App";
import { tagsOf } from "./tiles";

export function About({ app }: { app: AppDetail }) {
  const { t, i18n } = useTranslation();
  const tags = tagsOf(app, i18n.language as Language);
  return (
    <Section title={t("app.about")}>
      <Panel>
        <Facts
          items={[
            app.machines.length > 0 && [t("app.where"), <Where key="where" app={app} />],
            [t("app.versions"), <Versions key="versions" app={app} />],
            tags.length > 0 && [t("apps.tags"), tags.join(" · ")],
          ]}
        />
      </Panel>
    </Section>
  );
}

function Where({ app }: { app: AppDetail }) {
  const { t } = useTranslation();
  return (
    <ul className="about-list">
      {app.machines.map((machine) => (
        <li key={machine.id}>
          <Link to="/machines/$machine" params={{ machine: machine.id }}>
            {machine.name}
          </Link>{" "}
          <Tag tone={machine.ready ? "ok" : "off"}>{t(machine.ready ? "app.ready" : "app.not_ready")}</Tag>
          {machine.note && <div className="dim">{machine.note}</div>}
        </li>
      ))}
    </ul>
  );
}

function Versions({ app }: { app: AppDetail }) {
  const { t } = useTranslation();
  return (
    <ul className="about-list">
      {app.versions.map((edition) => (
        <li key={edition.id}>
          {edition.current ? t("app.current_version", { version: edition.version }) : edition.version}{" "}
          <span className="dim">{t("app.since", { day: day(edition.created_at) })}</span>
        </li>
      ))}
    </ul>
  );
}
