/** Sizes of machines as people say them. */

import { bytes, number } from "../../i18n/format";

const powers = ["GFlop/s", "TFlop/s", "PFlop/s", "EFlop/s"];

export function flops(giga: number) {
  const power = giga < 1 ? 0 : Math.min(Math.floor(Math.log10(giga) / 3), powers.length - 1);
  return `${number(giga / 1000 ** power, 1)} ${powers[power]}`;
}

export const memory = (mib: number) => bytes(mib * 1024 * 1024);

/** A path that programs read, as people write it: `x86_64` stays, `fork` is the platform's own. */
export const schedulers: Record<string, string> = { slurm: "Slurm", fork: "fork" };
