/** What stands in for a page or a part of it: nothing for 300 ms, then quiet lines of about its shape. */

import { useTranslation } from "react-i18next";
import "./loading.css";

export function Loading({ lines = 4 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className="loading" role="status">
      <span className="unseen">{t("ui.loading")}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
        <i key={line} style={{ width: `${92 - ((line * 29) % 50)}%` }} />
      ))}
    </div>
  );
}
