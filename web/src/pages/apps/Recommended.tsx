/** What is recommended for these parameters, and why; taken over with one click. Below it, what else the package says. */

import { BulbOutlined, CheckOutlined, WarningOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { bytes, duration } from "../../i18n/format";
import { spoken } from "../../i18n/i18n";
import type { Advised } from "./advice";
import type { Wanted } from "./draft";

type Recommended = {
  advice: Advised;
  app: string;
  wanted: Wanted;
  onAccept: (part: Partial<Wanted>) => void;
};

/** Where it will stand, so that no field moves when it is there. */
export function RecommendedSoon() {
  const { t } = useTranslation();
  return (
    <div className="recommended" aria-hidden>
      <BulbOutlined />
      <span>
        <b>{t("app.recommended")}</b>
        <span className="dim recommended-why">{t("app.comparing")}</span>
      </span>
      <span className="button recommended-room">{t("app.accept")}</span>
    </div>
  );
}

export function Recommended({ advice, app, wanted, onAccept }: Recommended) {
  const { t } = useTranslation();
  const { nodes, cores, gpus, memory, time, queue } = advice.wanted;
  const parts = [
    nodes !== undefined && t("app.count_nodes", { count: nodes }),
    cores !== undefined && t("app.count_cores", { count: cores }),
    gpus !== undefined && t("app.count_gpus", { count: gpus }),
    memory !== undefined && t("app.count_memory", { size: bytes(memory * 2 ** 30) }),
    time !== undefined && duration(time),
    queue !== undefined && t("app.count_queue", { queue }),
  ].filter((part) => part !== false);
  const names = Object.keys(advice.wanted) as (keyof Wanted)[];
  const same = names.every(
    (name) => (wanted[name] ?? (name === "nodes" ? 1 : undefined)) === advice.wanted[name as keyof Advised["wanted"]],
  );
  const why = advice.machine
    ? t("app.recommended_there", { app, machine: advice.machine })
    : spoken() === "en"
      ? advice.reason
      : t("app.recommended_why", { app });
  return (
    <div className="recommended">
      <BulbOutlined aria-hidden />
      <span>
        <b>{t("app.recommended")}</b> {parts.join(t("app.recommended_comma"))}
        <span className="dim recommended-why">{why}</span>
        {advice.machine && advice.reason && <q className="recommended-why">{advice.reason}</q>}
      </span>
      {same ? (
        <span className="dim recommended-same">
          <CheckOutlined aria-hidden /> {t("app.accepted")}
        </span>
      ) : (
        <button type="button" className="button" onClick={() => onAccept(advice.wanted)}>
          {t("app.accept")}
        </button>
      )}
    </div>
  );
}

/** What the package says of the machine beside what to ask for: what one should know, and how much it will write. */
export function Remarks({ warnings, output }: { warnings: string[]; output: number | undefined }) {
  const { t } = useTranslation();
  if (!warnings.length && output === undefined) return null;
  return (
    <ul className="remarks">
      {warnings.map((warning) => (
        <li key={warning}>
          <WarningOutlined aria-hidden /> {warning}
        </li>
      ))}
      {output !== undefined && <li className="dim">{t("app.output_size", { size: bytes(output) })}</li>}
    </ul>
  );
}
