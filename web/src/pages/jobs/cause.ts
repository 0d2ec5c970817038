/** Why a job is where it is, in the spoken language. */

import i18next, { type TFunction } from "i18next";
import type { Schema } from "../../api/client";
import { spoken } from "../../i18n/i18n";
import { sentence } from "../../ui/explain";
import { why } from "../../ui/reason";

type Told = Pick<Schema<"Explanation">, "state" | "sentence" | "candidates">;

/** The hub explains in English. In another language it is told from the parts; what a scheduler or a center said stays as it is. */
export function causeWords(t: TFunction, told: Told): string {
  if (spoken() === "en") return sentence(told.sentence);
  const refused = told.candidates.every((one) => !one.eligible) ? told.candidates : [];
  const reasons = refused.filter((one) => one.reasons.some(({ code }) => code !== "not_chosen_by_user"));
  if (told.state === "checking" && reasons.length > 0)
    return reasons.map((one) => `${one.name}：${one.reasons.map(why).join("")}`).join(" ");
  const key = `job.now.${told.state}`;
  if (i18next.exists(key)) return t(key as "job.now.checking");
  return `${t(`state.${told.state}` as "state.queued")}：${told.sentence}`;
}
