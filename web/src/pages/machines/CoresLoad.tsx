/** How a machine's cores are used, as a bar and in words. */

import { useTranslation } from "react-i18next";
import { number } from "../../i18n/format";
import { LoadBar } from "../../ui/LoadBar";
import type { Reading } from "./load";

export function CoresLoad({ reading, tall }: { reading: Reading; tall?: boolean }) {
  const { t } = useTranslation();
  const { total, idle, allocated, unavailable } = reading.cores;
  const words = t("machines.cores_free", { free: number(idle), total: number(total) });
  return (
    <div className="cores-load">
      <LoadBar
        label={words}
        total={total}
        tall={tall}
        parts={[
          { value: allocated, tone: "used" },
          { value: unavailable, tone: "away" },
        ]}
      />
      <span className="dim">{words}</span>
    </div>
  );
}
