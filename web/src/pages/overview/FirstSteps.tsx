/** For somebody who has run nothing yet: the three steps to the first result, those that are done marked so. */

import { CheckCircleFilled } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../api/session";
import { money } from "../../i18n/format";
import { Section } from "../../ui/Page";
import { useAccounts, useBalance } from "../account/data";
import { useMachines } from "../machines/data";
import { condition } from "../machines/load";

export function FirstSteps() {
  const { t } = useTranslation();
  const user = useUser();
  const own = useAccounts().data?.items.find((one) => one.personal && one.name === user?.name);
  const { data: balances } = useBalance(own?.id);
  const main = balances?.find((one) => one.available.micros > 0);
  const ready = useMachines().data?.items.filter((machine) => condition(machine) === "ready").length ?? 0;
  return (
    <Section title={t("overview.steps")}>
      <ol className="steps">
        <Step
          done={Boolean(main)}
          title={t("overview.step.money")}
          text={main ? t("overview.step.has_money", { sum: money(main.available) }) : t("overview.step.needs_money")}
          link={<Link to="/account">{t("nav.account")}</Link>}
        />
        <Step
          done={false}
          title={t("overview.step.machine")}
          text={t("overview.step.machines_ready", { count: ready })}
          link={<Link to="/machines">{t("overview.step.see_machines")}</Link>}
        />
        <Step
          done={false}
          title={t("overview.step.app")}
          text={t("overview.step.app_text")}
          link={
            <Link to="/apps" className="button primary">
              {t("jobs.run")}
            </Link>
          }
        />
      </ol>
    </Section>
  );
}

function Step({ done, title, text, link }: { done: boolean; title: string; text: string; link: ReactNode }) {
  const { t } = useTranslation();
  return (
    <li data-done={done}>
      {done && <CheckCircleFilled aria-label={t("overview.step.done")} />}
      <h3>{title}</h3>
      <p>{text}</p>
      {link}
    </li>
  );
}
