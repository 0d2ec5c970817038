/** What matters now, in a sentence. */

import { useTranslation } from "react-i18next";
import { number, together } from "../../i18n/format";

export function useSentence(now: { running: number; waiting: number } | undefined): string | undefined {
  const { t } = useTranslation();
  if (!now) return undefined;
  // Small numbers are words where the language writes them so.
  const words = (count: number) =>
    count >= 1 && count <= 9 ? t(`overview.counted.${count}` as "overview.counted.1") : number(count);
  const parts = [
    now.running > 0 && t("overview.are_running", { count: now.running, words: words(now.running) }),
    now.waiting > 0 && t("overview.are_waiting", { count: now.waiting, words: words(now.waiting) }),
  ];
  return together(parts) || t("overview.quiet");
}
