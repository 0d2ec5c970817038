/** What a file must be like to be taken for a parameter; the same as the hub holds it to. */

import i18next from "i18next";
import { bytes, number } from "../../i18n/format";

export type Limits = {
  /** How many files there may be. */
  most: number;
  /** Bytes of one. */
  size?: number;
  /** Endings of its name, with their dots; none means any. */
  endings: string[];
};

/** Why this file cannot be taken. */
export function refusal(file: { name: string; size: number }, limits: Limits): string | undefined {
  const { name } = file;
  if (/^[-.]/.test(name)) return i18next.t("upload.bad_name", { name });
  if (limits.size !== undefined && file.size > limits.size)
    return i18next.t("upload.too_large", { name, ...apart(file.size, limits.size) });
  const lower = name.toLowerCase();
  if (limits.endings.length && !limits.endings.some((ending) => lower.endsWith(ending)))
    return i18next.t("upload.wrong_ending", { name, endings: limits.endings.join(" / ") });
  return undefined;
}

/** Two sizes, so exact that one sees that they differ. */
function apart(size: number, max: number) {
  if (bytes(size) !== bytes(max)) return { size: bytes(size), max: bytes(max) };
  return { size: `${number(size)} B`, max: `${number(max)} B` };
}

/** The limits in a few words. */
export function words(limits: Limits): string {
  const size = limits.size === undefined ? "" : i18next.t("upload.max_size", { size: bytes(limits.size) });
  return [limits.endings.join(" "), size].filter(Boolean).join(" · ");
}
