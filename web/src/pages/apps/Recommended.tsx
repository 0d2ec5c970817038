/** What the app recommends for these parameters, and why; taken over with one click. */

import { BulbOutlined, CheckOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { duration } from "../../i18n/format";
import { spoken } from "../../i18n/i18n";
import type { Wanted } from "./draft";

type Recommended = {
  advice: Schema<"Recommended">;
  app: string;
  wanted: Wanted;
  onAccept: (part: Pick<Wanted, "nodes" | "cores" | "time">) => void;
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
  const { nodes, cores, time_s: time } = advice;
  const same = wanted.cores === cores && wanted.time === time && (wanted.nodes ?? 1) === nodes;
  return (
    <div className="recommended">
      <BulbOutlined aria-hidden />
      <span>
        <b>{t("app.recommended")}</b>{" "}
        {t("app.recommended_what", {
          nodes: t("app.count_nodes", { count: nodes }),
          cores: t("app.count_cores", { count: cores }),
          time: duration(time),
        })}
        <span className="dim recommended-why">
          {spoken() === "en" ? advice.reason : t("app.recommended_why", { app })}
        </span>
      </span>
      {same ? (
        <span className="dim recommended-same">
          <CheckOutlined aria-hidden /> {t("app.accepted")}
        </span>
      ) : (
        <button type="button" className="button" onClick={() => onAccept({ nodes, cores, time })}>
          {t("app.accept")}
        </button>
      )}
    </div>
  );
}
