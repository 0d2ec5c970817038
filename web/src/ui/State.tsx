/** The one way a state looks: a dot and a word, coloured by what it means and never by colour alone. */

import { useTranslation } from "react-i18next";
import type { Schema } from "../api/client";
import "./state.css";

export type Tone = "run" | "ok" | "wait" | "bad" | "off";

export function Tag({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  return (
    <span className={`tag ${tone}`}>
      <span>{children}</span>
    </span>
  );
}

const tones: Record<string, Tone> = { pending: "wait", running: "run", finished: "ok", failed: "bad", canceled: "off" };

type Stated = Pick<Schema<"Job">, "state" | "base">;

export function JobState({ job }: { job: Stated }) {
  const { t } = useTranslation();
  return <Tag tone={tones[job.base] ?? "off"}>{t(`state.${job.state}` as "state.running")}</Tag>;
}
