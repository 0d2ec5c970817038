/** One machine of an evaluation: one that can be chosen, or one that cannot, with the reason. */

import { Link } from "@tanstack/react-router";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { money, roughly } from "../../i18n/format";
import { title, why } from "../../ui/reason";
import { Tag } from "../../ui/State";
import type { Known } from "./known";
import type { Candidate } from "./rank";

/** When it would start, in words. */
export function startOf(one: Candidate): string {
  if (one.expected_wait_s === null || one.expected_wait_s === undefined) return i18next.t("app.start_unknown");
  if (one.expected_wait_s === 0) return i18next.t("app.now");
  return i18next.t("app.starts_in", { span: roughly(one.expected_wait_s) });
}

/** What it can cost at most, in words. */
export function costOf(one: Candidate): string {
  if (!one.cost) return "";
  return one.cost.micros === 0 ? i18next.t("app.free") : i18next.t("app.at_most", { sum: money(one.cost) });
}

type MachineRow = { one: Candidate; known: Known; pinned: boolean; onPin: () => void };

export function MachineRow({ one, known, pinned, onPin }: MachineRow) {
  const { t } = useTranslation();
  return (
    <label className="machine">
      <input type="radio" name="machine" checked={pinned} onChange={onPin} />
      <span className="machine-words">
        <b>{one.name}</b> {one.chosen && <Tag tone="ok">{t("app.takes")}</Tag>}
        <span className="dim">
          {[known.about(one), one.queue && t("app.queue_name", { queue: one.queue })].filter(Boolean).join(" · ")}
        </span>
      </span>
      <span className="machine-figures">
        <span>{startOf(one)}</span>
        <span className="dim">{costOf(one)}</span>
      </span>
    </label>
  );
}

type Other = { one: Candidate; known: Known; account: string | undefined; pinned: boolean; onUnpin: () => void };

export function Other({ one, known, account, pinned, onUnpin }: Other) {
  const { t } = useTranslation();
  return (
    <div className="machine" data-off>
      <input type="radio" name="machine" disabled={!pinned} checked={pinned} aria-label={one.name} onChange={onUnpin} />
      <span className="machine-words">
        <b>{one.name}</b>
        <span className="dim">{known.about(one)}</span>
        {one.reasons.map((reason) => (
          <span key={reason.code} className="machine-why">
            <b>{title(reason.code)}</b> <span className="dim">{why(reason)}</span>
            {reason.code === "no_balance" && (
              <>
                {" "}
                <Link to="/account" search={{ account }}>
                  {t("app.to_account")}
                </Link>
              </>
            )}
          </span>
        ))}
      </span>
    </div>
  );
}
