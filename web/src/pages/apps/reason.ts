/** Why a machine cannot take a job, by the hub's stable words. */

import i18next from "i18next";

export function reason(code: string): string {
  const key = `reason.${code}`;
  return i18next.exists(key) ? i18next.t(`reason.${code}` as "reason.other") : i18next.t("reason.other");
}
