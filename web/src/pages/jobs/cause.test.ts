import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { speak, start } from "../../i18n/i18n";
import { causeWords } from "./cause";

const machine = (name: string, code: string, values = {}) => ({
  machine: `mch_${name}`,
  name,
  center: "ctr_a",
  eligible: false,
  reasons: [{ code, message: "because", values }],
  chosen: false,
});
const told = (part: Partial<Parameters<typeof causeWords>[1]>) =>
  causeWords(i18next.t, { state: "queued", sentence: "it waits", candidates: [], ...part });

describe("why a job is where it is", () => {
  beforeAll(start);

  it("is the hub's sentence in English", async () => {
    await speak("en");
    expect(told({ state: "checking" })).toBe("It waits");
  });

  it("is told from its parts in Chinese", async () => {
    await speak("zh");
    const candidates = [
      machine("small", "cores_over_node", { wanted: 9, most: 8 }),
      machine("other", "not_chosen_by_user"),
    ];
    expect(told({ state: "checking", candidates })).toBe("small：单节点申请 9 核，最大的节点只有 8 核。");
    expect(told({ state: "checking" })).toBe("平台正在寻找可以运行的主机。");
    expect(told({ state: "failed", sentence: "it failed (run): exit code 3" })).toBe(
      "失败：it failed (run): exit code 3",
    );
  });
});
