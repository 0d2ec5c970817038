/** The button that downloads a file. */

import { type ReactNode, useState } from "react";
import { because } from "../../../../ui/explain";
import { useSorry } from "../../../../ui/useSorry";
import { download } from "./downloads";

type Download = { path: string; name: string; text: ReactNode; label?: string; className?: string };

export function Download({ path, name, text, label, className = "icon" }: Download) {
  const sorry = useSorry();
  const [busy, setBusy] = useState(false);
  async function run() {
    setBusy(true);
    try {
      await download(path, name);
    } catch (error) {
      sorry(
        (t) => t("job.not_downloaded", { name }),
        () => because(error),
      );
    } finally {
      setBusy(false);
    }
  }
  return (
    <button
      type="button"
      className={className}
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
