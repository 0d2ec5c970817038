/** How well a gateway is: its clock and its certificate, in figures. */

import { number } from "../../i18n/format";

/** Microseconds ahead of the hub as people read them; below zero it is behind. */
export function clock(micros: number): string {
  const size = Math.abs(micros);
  const sign = micros > 0 ? "+" : micros < 0 ? "−" : "±";
  if (size < 1000) return `${sign}${number(size)} µs`;
  if (size < 1_000_000) return `${sign}${number(size / 1000, 1)} ms`;
  return `${sign}${number(size / 1_000_000, 1)} s`;
}

/** From here on times of jobs look wrong. */
export const clockIsOff = (micros: number) => Math.abs(micros) > 2_000_000;

/** Gateways renew by themselves long before this. */
const SOON = 5 * 86_400_000;

export function certificate(end: string, now: number): "good" | "soon" | "over" {
  const left = Date.parse(end) - now;
  return left <= 0 ? "over" : left < SOON ? "soon" : "good";
}

/** What is left, as a clock counts down: 14:59. */
export function countdown(until: string, now: number): string | undefined {
  const left = Math.ceil((Date.parse(until) - now) / 1000);
  if (left <= 0) return undefined;
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** The two commands that bring a gateway to a center, to be run at the center. */
export function commands(hub: string, token: string): [string, string] {
  return [`tieline gateway join --hub ${hub} --token ${token}`, "tieline gateway run"];
}
