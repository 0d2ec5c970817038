/** What an account spent on each of the last thirty days, as a picture. */

import { useTranslation } from "react-i18next";
import { day, money } from "../../i18n/format";
import { Bars } from "../../ui/chart/Bars";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Panel, Section } from "../../ui/Page";
import { byDay } from "./charges";
import { DAYS, useRecentCharges } from "./data";

export function Spending({ account }: { account: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useRecentCharges(account);
  const currencies = [...new Set(data?.filter((one) => one.kind !== "top_up").map((one) => one.sum.currency))];
  if (data && currencies.length === 0) return null;
  return (
    <Section title={t("account.spending")}>
      <Panel>
        {error && <ErrorView error={error} retry={() => void refetch()} small />}
        {!data && !error && <Loading lines={4} />}
        {data &&
          currencies.map((currency) => {
            const days = byDay(data, currency, DAYS, Date.now());
            const sum = (micros: number) => money({ micros, currency });
            const all = sum(days.reduce((total, one) => total + one.micros, 0));
            const most = days.reduce((high, one) => (one.micros > high.micros ? one : high));
            return (
              <div key={currency}>
                <p className="dim">
                  {t("account.spent_in_all", { sum: all })}
                  {most.micros > 0 &&
                    ` · ${t("account.spent_most", { sum: sum(most.micros), day: day(local(most.day)) })}`}
                </p>
                <Bars
                  label={t("account.spent_in_all", { sum: all })}
                  bars={days.map((one) => ({
                    key: one.day,
                    value: one.micros,
                    text: `${day(local(one.day))}: ${sum(one.micros)}`,
                  }))}
                  ends={[day(local(days[0]?.day ?? "")), t("account.today")]}
                />
              </div>
            );
          })}
      </Panel>
    </Section>
  );
}

const local = (date: string) => new Date(`${date}T00:00:00`);
