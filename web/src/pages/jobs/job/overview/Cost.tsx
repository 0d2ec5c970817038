/** What the job cost, line by line, and what is set aside for it while it is not over. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { money } from "../../../../i18n/format";
import { ErrorView } from "../../../../ui/ErrorView";
import { Loading } from "../../../../ui/Loading";
import { Facts, Panel } from "../../../../ui/Page";
import { When } from "../../../../ui/When";
import { useAccounts } from "../../../account/data";
import { over } from "../../acts";
import type { Whole } from "../record";
import { total, useCosts } from "./costs";

export function Cost({ job }: { job: Whole }) {
  const { t } = useTranslation();
  const { lines, whole, hold, error, closed, retry } = useCosts(job);
  const payer = useAccounts().data?.items.find(({ id }) => id === job.account);
  if (closed) return <p className="dim">{t("job.books_closed")}</p>;
  if (error && !lines) return <ErrorView error={error} retry={retry} small />;
  if (!lines) return <Loading lines={2} />;
  const sum = total(lines);
  return (
    <Panel>
      <Facts
        items={[
          [t("job.cost_so_far"), sum ? money(sum) : over(job) ? t("job.nothing_charged") : t("job.not_charged_yet")],
          hold && [t("job.held"), money(hold.sum)],
          [
            t("job.account"),
            <Link key="account" to="/account" search={{ account: job.account }}>
              {payer?.name ?? t("job.see_account")}
            </Link>,
          ],
        ]}
      />
      {lines.length > 1 && (
        <ul className="cost-lines">
          {lines.map((line) => (
            <li key={line.id}>
              <span>
                {t("job.attempt_number", { number: line.attempt?.number ?? 1 })} ·{" "}
                {t(`job.charge.${line.kind as "charge"}`)}
                <span className="dim">
                  {" "}
                  <When at={line.at} />
                </span>
              </span>
              <span>{money({ ...line.sum, micros: -line.sum.micros })}</span>
            </li>
          ))}
        </ul>
      )}
      {whole === false && <p className="dim">{t("job.books_long")}</p>}
    </Panel>
  );
}
