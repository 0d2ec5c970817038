/** The foot of a form: where it would run, when and for how much; what stands in the way; and the button. */

import { Link, useRouterState } from "@tanstack/react-router";
import { Alert, Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../api/session";
import { together } from "../../i18n/format";
import { costOf, startOf } from "./MachineRow";
import { type Candidate, chosenBy } from "./rank";

/** Why the hub did not take it, as a whole. */
export type Refused = { say: () => string; unpaid: boolean };

type SubmitBar = {
  candidates: Candidate[] | undefined;
  machine: string | undefined;
  account: string | undefined;
  refused: Refused | undefined;
  /** What became of the files that stood in the way of the last try. */
  fates: { told: string[]; whole: boolean };
  wrong: number;
  busy: boolean;
};

export function SubmitBar({ candidates, machine, account, refused, fates, wrong, busy }: SubmitBar) {
  const { t } = useTranslation();
  const user = useUser();
  const here = useRouterState({ select: (state) => state.location.href });
  return (
    <div className="submit">
      {refused && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={refused.say()}
          action={
            refused.unpaid && (
              <Link to="/account" search={{ account }} className="button">
                {t("app.to_account")}
              </Link>
            )
          }
        />
      )}
      <div className="submit-row">
        <div className="submit-words" role="status">
          {fates.told.length > 0 && (
            <p>{together([...fates.told, fates.whole && wrong === 0 && t("app.submit_now")])}</p>
          )}
          {user === null ? (
            <span className="dim">{t("app.submit_visitor_text")}</span>
          ) : wrong > 0 ? (
            <span className="submit-wrong">{t("app.wrong", { count: wrong })}</span>
          ) : (
            <Summary candidates={candidates} machine={machine} />
          )}
        </div>
        {user === null ? (
          <Link to="/sign-in" search={{ next: here }} className="button primary">
            {t("app.submit_visitor")}
          </Link>
        ) : (
          <Button type="primary" htmlType="submit" loading={busy}>
            {t("app.submit")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Summary({ candidates, machine }: Pick<SubmitBar, "candidates" | "machine">): ReactNode {
  const { t } = useTranslation();
  if (!candidates) return null;
  const pinned = chosenBy(candidates, machine);
  if (machine && !pinned?.eligible) return <span className="submit-wrong">{t("app.pinned_gone")}</span>;
  const taken = pinned ?? candidates.find((one) => one.chosen);
  if (!taken) return <span className="submit-wrong">{t("app.none_can")}</span>;
  return (
    <>
      <b>{taken.name}</b> <span>{[startOf(taken), costOf(taken)].filter(Boolean).join(" · ")}</span>
    </>
  );
}
