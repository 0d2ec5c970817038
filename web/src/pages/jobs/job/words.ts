/** What a job's records say, in words for people. */

import i18next, { type TFunction } from "i18next";
import { bytes, moment } from "../../../i18n/format";
import type { Actor, Attempt, Exit, Fact, Sight } from "./record";

/** How a program ended. */
export function exitWords(t: TFunction, exit: Exit): string {
  if (exit.how === "code") return exit.value === 0 ? t("job.exit.well") : t("job.exit.code", { value: exit.value });
  if (exit.how === "signal" || exit.how === "other") return t(`job.exit.${exit.how}`, { value: exit.value });
  return t(`job.exit.${exit.how}`);
}

/** Who made something happen; `me` is the person who reads. */
export function actorWords(t: TFunction, actor: Actor, me: string | undefined): string {
  if (actor.by !== "user") return t(`job.actor.${actor.by}`);
  return actor.id === me ? t("job.actor.me") : t("job.actor.user");
}

/** A scheduler's word for why a job waits, explained where it is a common one. */
export function reasonWords(t: TFunction, reason: string): string {
  const key = `job.slurm.${reason}`;
  return i18next.exists(key) ? `${reason} (${t(key as "job.slurm.Priority")})` : reason;
}

function sightWords(t: TFunction, native: string, sight: Sight): string {
  if (sight.sight === "running")
    return t("job.fact.running", { native, nodes: sight.nodes.join(", ") || "–", count: sight.nodes.length });
  if (sight.sight === "queued" || sight.sight === "held") {
    const why = sight.reason ? ` ${t("job.fact.scheduler_says", { reason: reasonWords(t, sight.reason) })}` : "";
    const when =
      sight.sight === "queued" && sight.expected ? ` ${t("job.fact.expected", { when: moment(sight.expected) })}` : "";
    return t(`job.fact.${sight.sight}`, { native }) + why + when;
  }
  return t(`job.fact.${sight.sight}`, { native });
}

/** What happened, in a sentence. */
export function factWords(t: TFunction, fact: Fact, me?: string): string {
  switch (fact.fact) {
    case "placed":
      return t("job.fact.placed", { reason: fact.reason, queue: fact.queue ?? "–" });
    case "staged_in":
      return t("job.fact.staged_in", { size: bytes(fact.bytes), folder: fact.folder });
    case "sighted":
      return sightWords(t, fact.native, fact.sight);
    case "vanished":
      return t("job.fact.vanished", { when: moment(fact.since) });
    case "ended":
      return exitWords(t, fact.exit);
    case "failed":
      return [t("job.fact.failed", { reason: fact.reason }), fact.hint].filter(Boolean).join(" ");
    case "cancel_requested": {
      const who = t("job.fact.cancel_requested", { who: actorWords(t, fact.by, me) });
      return fact.reason ? `${who} ${fact.reason}` : who;
    }
    default:
      return t(`job.fact.${fact.fact}`);
  }
}

/** Why an attempt that has not begun to run, or is on its way out, is where it is; nothing where there is nothing to say. */
export function nowWords(t: TFunction, attempt: Attempt): string | undefined {
  const { state, sight, native, detail } = attempt;
  if (state === "queued" || state === "held") {
    const seen = sight?.sight === state ? sight : { sight: state, reason: null, expected: null };
    return sightWords(t, native ?? "–", seen as Sight);
  }
  if (state === "lost") return t("job.now.lost", { when: detail.since ? moment(detail.since) : "–" });
  const key = `job.now.${state}`;
  return i18next.exists(key) ? t(key as "job.now.checking") : undefined;
}

/** A record's parts as lines of name and value: `sight.nodes`, `node1, node2`. */
export function flat(value: unknown, name = ""): [string, string][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return [[name, value.join(", ")]];
  if (typeof value !== "object") return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, part]) => flat(part, name ? `${name}.${key}` : key));
}
