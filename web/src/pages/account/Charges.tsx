/** The statement: every line that moved the account's money, newest first. */

import { Link } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { hub, type Schema } from "../../api/client";
import { usePages } from "../../api/pages";
import { dayOf } from "../../i18n/days";
import { money, span } from "../../i18n/format";
import { Empty } from "../../ui/Empty";
import { Export } from "../../ui/Export";
import { Section } from "../../ui/Page";
import { type Column, Table } from "../../ui/table/Table";
import { When } from "../../ui/When";
import { useRates } from "../admin/useRates";
import { type Charge, head, kinds, line, type Measured, seconds } from "./charges";
import { readCharges } from "./data";
import "./account.css";

export function Charges({ account }: { account: Schema<"Account"> }) {
  const { t } = useTranslation();
  const read = useMemo(() => readCharges(account.id, 100), [account.id]);
  const list = usePages(["get", "/api/v1/accounts/{account}/charges", account.id], read);
  const columns = useColumns();
  return (
    <Section
      title={t("account.charges")}
      tools={
        <Export
          name={`${account.name}-${dayOf(Date.now())}`}
          head={head}
          line={line}
          read={readCharges(account.id, 1000)}
          disabled={!list.rows?.length}
        />
      }
    >
      <Table
        {...list}
        label={t("account.charges")}
        columns={columns}
        id={(charge) => charge.id}
        empty={<Empty title={t("account.no_charges")} text={t("account.no_charges_text")} />}
      />
    </Section>
  );
}

function useColumns(): Column<Charge>[] {
  const { t } = useTranslation();
  const price = usePriceWords();
  return useMemo(
    () => [
      { id: "kind", title: t("account.kind"), main: true, cell: (charge) => <What charge={charge} /> },
      { id: "at", title: t("account.when"), cell: (charge) => <When at={charge.at} /> },
      { id: "usage", title: t("account.usage"), cell: ({ usage }) => (usage ? <Used usage={usage} /> : "–") },
      {
        id: "price",
        title: t("account.price"),
        cell: (charge) => <span className="dim">{charge.price ? price(charge.price) : "–"}</span>,
      },
      {
        id: "sum",
        title: t("account.sum"),
        numeric: true,
        cell: ({ sum }) => <b data-in={sum.micros > 0}>{money(sum)}</b>,
      },
    ],
    [t, price],
  );
}

function What({ charge }: { charge: Charge }) {
  const { t } = useTranslation();
  const kind = kinds.find((one) => one === charge.kind);
  return (
    <>
      {kind ? t(`account.kinds.${kind}`) : charge.kind}
      {charge.attempt ? (
        <div>
          <Link to="/jobs/$job" params={{ job: charge.attempt.job }} className="mono">
            {charge.attempt.job}
          </Link>
        </div>
      ) : (
        <div className="dim">{charge.reason}</div>
      )}
    </>
  );
}

function Used({ usage }: { usage: Measured }) {
  const { t } = useTranslation();
  const parts = [
    t("account.cores", { count: usage.cores }),
    usage.gpus > 0 && t("account.gpus", { count: usage.gpus }),
  ];
  return (
    <>
      {parts.filter(Boolean).join(" + ")} × {span(seconds(usage), true)}
      {usage.evidence !== "accounting" && <div className="dim">{t("account.by_gateway")}</div>}
    </>
  );
}

/** The price a charge was made under, in words. */
function usePriceWords() {
  const rates = useRates();
  const { data } = hub.useQuery("get", "/api/v1/prices", {}, { staleTime: 60_000 });
  const known = useMemo(() => new Map(data?.items.map((price) => [price.id, price])), [data]);
  return useCallback(
    (id: string) => {
      const price = known.get(id);
      return price ? rates(price).join(" + ") : id;
    },
    [known, rates],
  );
}
