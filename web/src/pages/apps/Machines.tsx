/** The machines beside a form: which could take the job, when it would start, what it would cost, and why others cannot. */

import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { together } from "../../i18n/format";
import { Chips } from "../../ui/Chips";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Notice } from "../../ui/Notice";
import { Section } from "../../ui/Page";
import type { Check } from "./check";
import type { Known } from "./known";
import { MachineRow, Other } from "./MachineRow";
import { type Candidate, chosenBy, fits, type Order, orders, ranked, unavailable } from "./rank";

type Machines = {
  check: Check;
  known: Known;
  /** What has to be put right before machines can be compared. */
  missing: string[];
  machine: string | undefined;
  account: string | undefined;
  onPin: (machine: string | undefined) => void;
};

/** From so many machines on one can search them. */
const MANY = 4;

export function Machines({ check, known, missing, machine, account, onPin }: Machines) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<Order>("start");
  const candidates = check.judged?.candidates;
  return (
    <Section
      title={t("app.machines")}
      tools={
        candidates && (
          <Chips
            label={t("app.order")}
            options={orders}
            value={order}
            text={(one) => t(`app.orders.${one}`)}
            onChange={(next) => setOrder(next ?? order)}
          />
        )
      }
    >
      {candidates ? (
        <>
          {check.outdated && <p className="machines-note">{t("app.outdated", { names: missing.join(", ") })}</p>}
          <List
            candidates={candidates}
            known={known}
            order={order}
            machine={machine}
            account={account}
            dimmed={check.outdated}
            onPin={onPin}
          />
        </>
      ) : check.error ? (
        <ErrorView error={check.error} retry={check.retry} small />
      ) : check.latest ? (
        <Unjudged check={check} missing={missing} />
      ) : (
        <Loading lines={3} />
      )}
      <span className="unseen" role="status">
        {check.busy ? t("app.comparing") : ""}
      </span>
    </Section>
  );
}

function Unjudged({ check, missing }: { check: Check; missing: string[] }) {
  const { t } = useTranslation();
  if (check.latest?.errors.length)
    return <p className="machines-note">{t("app.waits_for", { names: missing.join(", ") })}</p>;
  return (
    <Notice title={t("app.no_machines")} small>
      <p>{t("app.no_machines_text")}</p>
    </Notice>
  );
}

type List = {
  candidates: Candidate[];
  known: Known;
  order: Order;
  machine: string | undefined;
  account: string | undefined;
  dimmed: boolean;
  onPin: (machine: string | undefined) => void;
};

function List({ candidates, known, order, machine, account, dimmed, onPin }: List) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState(false);
  const matches = (one: Candidate) => fits(search.trim(), [one.name, known.about(one), one.queue]);
  const can = ranked(candidates, order).filter(matches);
  const pinned = chosenBy(candidates, machine);
  const others = unavailable(candidates).filter(matches);
  const taken = candidates.find((one) => one.chosen);
  const none = !candidates.some((one) => one.eligible);
  const unfold = open || none;
  return (
    <div className="machines" data-dimmed={dimmed}>
      {candidates.length >= MANY && (
        <Input
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          placeholder={t("app.search_machines")}
          aria-label={t("app.search_machines")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      {none && !dimmed && (
        <p className="machines-note" role="status">
          <b>{t("app.none_can")}</b> {t("app.none_can_text")}
        </p>
      )}
      <div role="radiogroup" aria-label={t("app.machines")} className="machines-list">
        {!none && (
          <label className="machine">
            <input type="radio" name="machine" checked={machine === undefined} onChange={() => onPin(undefined)} />
            <span className="machine-words">
              <b>{t("app.any")}</b>
              <span className="dim">
                {together([t("app.any_text"), taken && t("app.any_takes", { name: taken.name })])}
              </span>
            </span>
          </label>
        )}
        {can.map((one) => (
          <MachineRow
            key={one.machine}
            one={one}
            known={known}
            pinned={one === pinned}
            onPin={() => onPin(one.machine)}
          />
        ))}
        {pinned && !pinned.eligible && !unfold && (
          <Other one={pinned} known={known} account={account} pinned onUnpin={() => onPin(undefined)} />
        )}
        {unfold &&
          others.map((one) => (
            <Other
              key={one.machine}
              one={one}
              known={known}
              account={account}
              pinned={one === pinned}
              onUnpin={() => onPin(undefined)}
            />
          ))}
      </div>
      {search.trim() !== "" && !can.length && !others.length && <p className="dim">{t("app.none_fit_search")}</p>}
      {others.length > 0 && !none && (
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t("app.hide_others") : t("app.others", { count: others.length })}
        </button>
      )}
    </div>
  );
}
