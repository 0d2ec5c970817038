/** The button that downloads a file, and while it does, how far it is and the way to stop it. */

import { App } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asFailure } from "../../../../api/failure";
import { bytes, percent } from "../../../../i18n/format";
import { explain } from "../../../../ui/explain";
import { download, useProgress } from "./downloads";

type Download = { path: string; name: string; size?: number; text: ReactNode; label?: string };

export function Download({ path, name, size, text, label }: Download) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const progress = useProgress(path);
  if (progress)
    return (
      <button type="button" className="icon" onClick={progress.stop}>
        <span role="status">
          {progress.total ? percent(progress.done / progress.total) : bytes(progress.done)} · {t("jobs.stop")}
        </span>
      </button>
    );
  async function run() {
    try {
      await download(path, name, size);
    } catch (error) {
      const failure = asFailure(error);
      notification.error({
        title: t("job.not_downloaded", { name }),
        description: failure.body ? explain(failure.body) : t("error.offline.text"),
      });
    }
  }
  return (
    <button type="button" className="icon" aria-label={label} title={label} onClick={() => void run()}>
      {text}
    </button>
  );
}
