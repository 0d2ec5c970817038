/** How strong a password is, while it is typed. What judges it is loaded with the first key. */

import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Strength } from "./strength";

export function Meter({ password, own }: { password: string; own: string[] }) {
  const { t } = useTranslation();
  const [level, setLevel] = useState<Strength>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words of a person do not change while they type
  useEffect(() => {
    if (!password) return setLevel(undefined);
    let current = true;
    void import("./strength").then(({ strength }) => current && setLevel(strength(password, own)));
    return () => {
      current = false;
    };
  }, [password]);
  return (
    <div className="meter" data-level={level}>
      <span aria-hidden>
        {[0, 1, 2, 3].map((bar) => (
          <i key={bar} data-on={level !== undefined && bar < Math.max(1, level)} />
        ))}
      </span>
      <small role="status">{level === undefined ? t("profile.strength_none") : t(`profile.strength.${level}`)}</small>
    </div>
  );
}
