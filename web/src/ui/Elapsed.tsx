/** How long something has gone on, counting while one looks; from one moment to another where it is over. */

import { useTranslation } from "react-i18next";
import { moment, span } from "../i18n/format";
import { useNow } from "./now";

export function Elapsed({ from, to }: { from: string; to?: string | null }) {
  useTranslation();
  if (to)
    return <span title={`${moment(from)} – ${moment(to)}`}>{span((Date.parse(to) - Date.parse(from)) / 1000)}</span>;
  return <Running from={from} />;
}

function Running({ from }: { from: string }) {
  const now = useNow();
  return <span title={moment(from)}>{span((now - Date.parse(from)) / 1000)}</span>;
}
