/** What can be said about the resources that are asked for, whatever the machine: the same rules as the hub's. */

import i18next from "i18next";
import { number } from "../../i18n/format";
import type { Wanted } from "./draft";

/** What is wrong, by field. */
export type WantedWrong = Partial<Record<keyof Wanted | "machine", string[]>>;

const MOST_NODES = 1_000_000;
const MOST_CORES = 100_000_000;
/** GiB on one node: 1 PiB. */
const MOST_MEMORY = 1024 * 1024;
const DAYS = 366;
const DAY = 86_400;
const NAME = 128;

export function wantedWrong(wanted: Wanted): WantedWrong {
  const { nodes = 1, cores, memory, gpus, time, name } = wanted;
  const wrong: WantedWrong = {};
  const t = i18next.t;
  const whole = (field: "nodes" | "cores" | "gpus", value: number | undefined, least: number, most: number) => {
    if (value === undefined || wrong[field]) return;
    if (!Number.isInteger(value)) wrong[field] = [t("field.type.integer")];
    else if (value < least || value > most)
      wrong[field] = [t("field.range", { given: number(value), min: number(least), max: number(most) })];
  };
  const shared = (field: "cores" | "gpus", value: number | undefined) => {
    if (value === undefined || wrong[field] || wrong.nodes || value % nodes === 0) return;
    const below = Math.floor(value / nodes) * nodes;
    const above = below + nodes;
    const fits = below > 0 || field === "gpus" ? `${number(below)} / ${number(above)}` : number(above);
    wrong[field] = [t(`app.uneven_${field}`, { count: value, nodes: number(nodes), fits })];
  };
  whole("nodes", wanted.nodes, 1, MOST_NODES);
  whole("cores", cores, 1, MOST_CORES);
  whole("gpus", gpus, 0, MOST_CORES);
  shared("cores", cores);
  shared("gpus", gpus);
  if (memory !== undefined && (memory * 1024 < 1 || memory > MOST_MEMORY)) wrong.memory = [t("app.memory_range")];
  if (time !== undefined && (time < 1 || time > DAYS * DAY)) wrong.time = [t("app.time_range", { days: DAYS })];
  if (name !== undefined && [...name].length > NAME) wrong.name = [t("app.name_long", { count: NAME })];
  return wrong;
}

export const units = { minute: 60, hour: 3600, day: DAY } as const;
export type Unit = keyof typeof units;

/** The unit a time is best said in: the largest it is a whole number of. */
export function unitOf(seconds: number | undefined): Unit {
  if (!seconds || seconds % units.minute) return seconds && seconds < units.hour ? "minute" : "hour";
  if (seconds % units.day === 0) return "day";
  return seconds % units.hour === 0 ? "hour" : "minute";
}
