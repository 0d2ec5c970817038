import { expect, test } from "vitest";
import type { Schema } from "../../api/client";
import { advised } from "./advice";

const candidate = (name: string, part: Partial<Schema<"Candidate">> = {}): Schema<"Candidate"> => ({
  machine: `mch_${name}`,
  name,
  center: "ctr_1",
  eligible: true,
  reasons: [],
  chosen: false,
  ...part,
});
const suggestion = { nodes: 2, cores: 16, gpus: 0, memory_mib: 512, time_s: 600, reason: "a million atoms" };
const recommended = { nodes: 1, cores: 4, time_s: 60, reason: "what Melt suggests" };

test("what the package says of the machine that would be taken goes before what its manifest says", () => {
  const own = { suggestions: [suggestion], warnings: [{ code: "old", message: "An old input" }], output_bytes: 5 };
  const candidates = [candidate("near", { chosen: true, advice: own }), candidate("far")];
  const found = advised({ candidates, recommended }, undefined);
  expect(found.recommended).toEqual({
    wanted: { nodes: 2, cores: 16, memory: 0.5, time: 600 },
    reason: "a million atoms",
    machine: "near",
  });
  expect(found).toMatchObject({ warnings: ["An old input"], output: 5 });
});

test("a machine that a person chose is the one that is spoken of", () => {
  const own = { suggestions: [suggestion], warnings: [], output_bytes: null };
  const candidates = [candidate("near", { chosen: true, advice: own }), candidate("far")];
  const found = advised({ candidates, recommended }, "far");
  expect(found.recommended?.wanted).toEqual({ nodes: 1, cores: 4, time: 60 });
  expect(found.recommended?.machine).toBeUndefined();
});

test("without an answer nothing is recommended", () => {
  expect(advised(undefined, undefined)).toEqual({ recommended: undefined, warnings: [], output: undefined });
});
