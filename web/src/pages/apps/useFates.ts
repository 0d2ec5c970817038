/** What became of the files that stood in the way when somebody tried to submit: told as each of them is there, or is not to come. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fateOf, type Sending } from "../../ui/files/uploads";

export function useFates() {
  const { t } = useTranslation();
  const [held, setHeld] = useState<Sending[]>([]);
  const told = held.flatMap((one) => {
    const fate = fateOf(one);
    return fate ? [t(`upload.fate.${fate}`, { name: one.name })] : [];
  });
  /** Whether nothing of them is missing. */
  const whole = held.length > 0 && held.every((one) => fateOf(one) === "sent");
  return { fates: { told, whole }, hold: setHeld };
}
