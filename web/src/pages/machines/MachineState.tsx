/** Whether a machine takes jobs, in one tag. */

import { useTranslation } from "react-i18next";
import { Tag, type Tone } from "../../ui/State";
import { type Condition, condition, type Machine } from "./load";

const tones: Record<Condition, Tone> = { ready: "ok", disabled: "off", away: "bad", stale: "wait", unread: "wait" };

export function MachineState({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const state = condition(machine);
  return <Tag tone={tones[state]}>{t(`machines.condition.${state}`)}</Tag>;
}
