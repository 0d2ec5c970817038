/** The button that downloads a file. */

import { App } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { asFailure } from "../../../../api/failure";
import { explain } from "../../../../ui/explain";
import { download } from "./downloads";

type Download = { path: string; name: string; text: ReactNode; label?: string };

export function Download({ path, name, text, label }: Download) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const [busy, setBusy] = useState(false);
  async function run() {
    setBusy(true);
    try {
      await download(path, name);
    } catch (error) {
      const failure = asFailure(error);
      notification.error({
        title: t("job.not_downloaded", { name }),
        description: failure.body ? explain(failure.body) : t("error.offline.text"),
      });
    } finally {
      setBusy(false);
    }
  }
  return (
    <button
      type="button"
      className="icon"
      aria-label={label}
      aria-busy={busy}
      title={label}
      disabled={busy}
      onClick={() => void run()}
    >
      {text}
    </button>
  );
}
