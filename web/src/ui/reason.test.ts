import { beforeAll, describe, expect, it } from "vitest";
import { speak, start } from "../i18n/i18n";
import { title, why } from "./reason";

const tooMany = {
  code: "cores_over_limit",
  message: "64 cores are asked for, queue 'batch' gives a job at most 16",
  values: { wanted: 64, most: 16, queue: "batch" },
};

describe("why a machine cannot take a job", () => {
  beforeAll(start);

  it("is told in the spoken language, with its values", async () => {
    await speak("zh");
    expect(why(tooMany)).toBe("申请 64 核，队列 batch 每个任务最多 16 核。");
    expect(
      why({ code: "memory_over_limit", message: "", values: { wanted_mib: 4096, most_mib: 2048, queue: "a" } }),
    ).toBe("每节点申请 4 GiB，队列 a 最多 2 GiB。");
    await speak("en");
    expect(why(tooMany)).toBe("64 cores are asked for; queue batch gives a job at most 16.");
  });

  it("is the hub's own sentence where the page does not know the reason", async () => {
    await speak("en");
    const later = { code: "made_up_later", message: "the moon is full", values: {} };
    expect([title(later.code), why(later)]).toEqual(["Not available", "the moon is full"]);
  });
});
