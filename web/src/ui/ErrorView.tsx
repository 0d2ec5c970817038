/** The one view of what went wrong, for a page or a part of it: what, what to do, and the way on. */

import {
  CloudServerOutlined,
  DisconnectOutlined,
  LockOutlined,
  QuestionCircleOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asFailure, type Failure } from "../api/failure";
import { explain } from "./explain";
import { Notice } from "./Notice";

type Kind = "offline" | "not_found" | "forbidden" | "unauthenticated" | "unavailable" | "other";

const icons: Record<Kind, ReactNode> = {
  offline: <DisconnectOutlined />,
  not_found: <QuestionCircleOutlined />,
  forbidden: <LockOutlined />,
  unauthenticated: <LockOutlined />,
  unavailable: <CloudServerOutlined />,
  other: <WarningOutlined />,
};

function kind(failure: Failure): Kind {
  if (failure.offline) return "offline";
  const known: Record<number, Kind> = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
  };
  return known[failure.status] ?? "other";
}

export function ErrorView({ error, retry, small }: { error: unknown; retry?: () => void; small?: boolean }) {
  const { t } = useTranslation();
  const failure = asFailure(error);
  const what = kind(failure);
  return (
    <Notice
      small={small}
      icon={icons[what]}
      title={t(`error.${what}.title`)}
      action={
        <>
          {what === "unauthenticated" && (
            <Link to="/sign-in" className="button primary">
              {t("shell.sign_in")}
            </Link>
          )}
          {retry && what !== "not_found" && what !== "forbidden" && (
            <button type="button" className="button" onClick={retry}>
              {t("ui.again")}
            </button>
          )}
        </>
      }
    >
      <p>{failure.body ? explain(failure.body) : t(`error.${what}.text`)}</p>
    </Notice>
  );
}
