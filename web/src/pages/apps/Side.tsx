/** What stands beside a form: the machines that could run it, for who has signed in, and what is known of the app. */

import { Link, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../api/session";
import { Notice } from "../../ui/Notice";
import { Panel, Section } from "../../ui/Page";
import type { AppDetail } from "./App";
import type { Check } from "./check";
import type { Draft } from "./draft";
import type { Known } from "./known";
import { Machines } from "./Machines";

type Side = {
  app: AppDetail;
  check: Check;
  known: Known;
  missing: string[];
  draft: Draft;
  about: ReactNode;
  onPin: (machine: string | undefined) => void;
};

export function Side({ app, check, known, missing, draft, about, onPin }: Side) {
  const { t } = useTranslation();
  const user = useUser();
  const here = useRouterState({ select: (state) => state.location.href });
  const nowhere = !app.machines.some((machine) => machine.ready);
  return (
    <aside className="run-side">
      {nowhere && (
        <div className="section">
          <Panel>
            <Notice title={t("app.nowhere")} small>
              <p>{t("app.nowhere_text")}</p>
            </Notice>
          </Panel>
        </div>
      )}
      {user === null ? (
        <Section title={t("app.machines")}>
          <p className="machines-note">
            {t("app.visitor")}{" "}
            <Link to="/sign-in" search={{ next: here }}>
              {t("shell.sign_in")}
            </Link>
          </p>
        </Section>
      ) : (
        <Machines
          check={check}
          known={known}
          missing={missing}
          machine={draft.machine}
          account={draft.wanted.account}
          onPin={onPin}
        />
      )}
      {/* It would be pushed down by what has just been compared. */}
      {(user === null || check.latest || check.error) && about}
    </aside>
  );
}
