/** Why a machine cannot take a job, by the hub's stable words and the values that come with them. */

import i18next from "i18next";
import type { Schema } from "../api/client";
import { bytes, number, span } from "../i18n/format";
import { centersWords } from "./center-words";

type Reason = Schema<"Reason">;

/** The reason in a few words. */
export function title(code: string): string {
  const key = `reason.${code}`;
  return i18next.exists(key) ? i18next.t(`reason.${code}` as "reason.other") : i18next.t("reason.other");
}

/** The reason in a sentence with its values; the hub's own where it knows a reason that this page does not. */
export function why({ code, message, values }: Reason): string {
  const key = `why.${code}`;
  if (!i18next.exists(key)) return message;
  const shown = Object.entries(values ?? {}).map(([name, value]) => [name, shownAs(name, value)]);
  return i18next.t(`why.${code}` as "why.not_described", Object.fromEntries(shown));
}

/** A value as people read it; its name ends with its unit. */
function shownAs(name: string, value: unknown): string {
  if (typeof value !== "number") return centersWords(String(value));
  if (name.endsWith("_s")) return span(value);
  if (name.endsWith("_mib")) return bytes(value * 1024 * 1024);
  return number(value);
}
