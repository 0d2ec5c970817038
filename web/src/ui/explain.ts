/**
 * The hub's words for people. In English they are shown as they come, with their numbers; in another language by their
 * stable word, and the hub's own sentence follows where the word alone would lose something.
 */

import i18next from "i18next";
import { asFailure, type ErrorBody } from "../api/failure";
import { spoken } from "../i18n/i18n";

export function explain(error: Pick<ErrorBody, "code" | "message"> & Partial<ErrorBody>): string {
  const hint = error.hint ? ` (${error.hint})` : "";
  if (spoken() === "en") return `${sentence(error.message)}${hint}`;
  // What is wrong with a field says more than the kind of wrong; a job that no machine can run is refused by the reason they share.
  const field = error.field?.split(".")[0];
  const keys = [`told.${error.code}_${field}`, `code.${error.code}`, `reason.${error.code}`];
  const key = keys.find((one) => i18next.exists(one));
  const known = key && i18next.t(key as "code.offline");
  // A whole sentence says everything; a few words are a heading for what the hub said.
  if (known?.endsWith("。")) return known;
  return known ? `${known}${error.message ? `：${error.message}` : ""}` : `${error.message}${hint}`;
}

/** It begins with a capital. */
export function sentence(text: string) {
  return text ? text[0]?.toUpperCase() + text.slice(1) : text;
}

/** Why something did not work, in a sentence, whatever was thrown. */
export function because(error: unknown): string {
  const failure = asFailure(error);
  if (failure.body) return explain(failure.body);
  if (failure.late) return i18next.t("error.late.text");
  return i18next.t(failure.offline ? "error.offline.text" : "error.other.text");
}
