/** A moment: brief or as a distance, exact when one points at it. */

import { useTranslation } from "react-i18next";
import { ago, brief, moment } from "../i18n/format";

export function When({ at, relative }: { at: string | null | undefined; relative?: boolean }) {
  useTranslation();
  if (!at) return <>–</>;
  return (
    <time dateTime={at} title={moment(at)}>
      {relative ? ago(at) : brief(at)}
    </time>
  );
}
