/** Words that follow a change of the language while they are shown: those of a notice were chosen as it appeared. */

import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export type Say = (t: TFunction) => ReactNode;

export function Spoken({ say }: { say: Say }) {
  return say(useTranslation().t);
}
