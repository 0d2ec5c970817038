/** What is refused of resources before the hub is asked. */

import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import en from "../../strings/en";
import { unitOf, wantedWrong } from "./resources";

beforeAll(async () => {
  await i18next.init({ lng: "en", resources: { en: { translation: en } }, interpolation: { escapeValue: false } });
});

describe("resources", () => {
  it("may be left to the app and the queue", () => {
    expect(wantedWrong({})).toEqual({});
    expect(wantedWrong({ nodes: 2, cores: 8, gpus: 0, memory: 4, time: 60 })).toEqual({});
  });

  it("must be shared evenly by the nodes, and say what would be", () => {
    expect(wantedWrong({ nodes: 2, cores: 3 }).cores).toEqual([
      "3 cores cannot be shared evenly by 2 nodes; 2 / 4 can.",
    ]);
    expect(wantedWrong({ nodes: 4, cores: 1 }).cores).toEqual(["1 core cannot be shared evenly by 4 nodes; 4 can."]);
    expect(wantedWrong({ nodes: 2, gpus: 1 }).gpus).toEqual(["1 GPU cannot be shared evenly by 2 nodes; 0 / 2 can."]);
  });

  it("must be whole and within what the hub takes at all", () => {
    expect(wantedWrong({ nodes: 0 }).nodes).toEqual(["0 is out of range: 1 to 1,000,000."]);
    expect(wantedWrong({ cores: 1.5 }).cores).toEqual(["A whole number is needed."]);
    expect(Object.keys(wantedWrong({ memory: 0, time: 367 * 86_400, name: "x".repeat(129) }))).toEqual([
      "memory",
      "time",
      "name",
    ]);
  });

  it("say their time in the largest unit it is a whole number of", () => {
    expect([1800, 3600, 5400, 86_400, 172_800, undefined].map(unitOf)).toEqual([
      "minute",
      "hour",
      "minute",
      "day",
      "day",
      "hour",
    ]);
  });
});
