/** A price in words: what an hour of a core, a node and a GPU costs, of those that cost something. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { money } from "../../i18n/format";
import { kinds, type Price } from "./price-list";

export function useRates() {
  const { t } = useTranslation();
  return useCallback(
    (price: Price): string[] => {
      const rates = kinds
        .filter((kind) => price[kind] !== 0)
        .map((kind) => t(`prices.${kind}`, { sum: money({ micros: price[kind], currency: price.currency }, true) }));
      return rates.length ? rates : [t("prices.free")];
    },
    [t],
  );
}
