/** The one view of what went wrong, for a page or a part of it: what, what to do, and the way on. */

import {
  ClockCircleOutlined,
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
import { duration } from "../i18n/format";
import { explain } from "./explain";
import { Notice } from "./Notice";

type Kind = "offline" | "late" | "not_found" | "forbidden" | "unauthenticated" | "throttled" | "unavailable" | "other";

const icons: Record<Kind, ReactNode> = {
  offline: <DisconnectOutlined />,
  late: <DisconnectOutlined />,
  not_found: <QuestionCircleOutlined />,
  forbidden: <LockOutlined />,
  unauthenticated: <LockOutlined />,
  throttled: <ClockCircleOutlined />,
  unavailable: <CloudServerOutlined />,
  other: <WarningOutlined />,
};

function kind(failure: Failure): Kind {
  if (failure.offline) return failure.late ? "late" : "offline";
  const known: Record<number, Kind> = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    429: "throttled",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
  };
  return known[failure.status] ?? "other";
}

/** Where an administrator may look what the hub has written of the request. */
const helps: Kind[] = ["throttled", "unavailable", "other"];

export function ErrorView({ error, retry, small }: { error: unknown; retry?: () => void; small?: boolean }) {
  const { t } = useTranslation();
  const failure = asFailure(error);
  const what = kind(failure);
  const wait = failure.body?.retry_after_s;
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
      {wait && <p>{t("error.wait", { time: duration(wait) })}</p>}
      {failure.request && helps.includes(what) && (
        <p className="dim">
          {t("error.request")} <code>{failure.request}</code>
        </p>
      )}
    </Notice>
  );
}
