/** That a form asks for what it shows, and that a request fills a form that asks the same again. */

import { describe, expect, it } from "vitest";
import { defaults, type FormSchema, type Property } from "../../ui/form/schema";
import type { Draft } from "./draft";
import { draftOf, fieldOf, request } from "./request";

const ui = (widget: Property["x-ui"]["widget"], advanced = false) => ({ widget, order: 0, advanced });
const schema: FormSchema = {
  title: "",
  description: "",
  properties: {
    input: { type: "string", title: "Input", "x-ui": ui("file") },
    data: { type: "array", title: "Data", "x-ui": ui("files") },
    x: { type: "integer", title: "X", default: 1, "x-ui": ui("number") },
    deep: { type: "string", title: "Deep", default: "usual", "x-ui": ui("text", true) },
    note: { type: "string", title: "Note", "x-ui": ui("text") },
  },
  required: ["input"],
  "x-ui": { order: ["input", "data", "x", "deep", "note"], groups: [] },
};

describe("a form", () => {
  it("submits folded parameters with their defaults, and files apart from the rest", () => {
    const draft: Draft = { params: { ...defaults(schema), input: "fil_1", data: ["fil_2"] }, wanted: {} };
    expect(request("lammps", schema, draft)).toEqual({
      app: "lammps",
      params: { x: 1, deep: "usual" },
      files: { input: ["fil_1"], data: ["fil_2"] },
    });
  });

  it("asks for memory in MiB, and leaves out what is empty", () => {
    const wanted = { nodes: 2, cores: 8, memory: 1.5, time: 600, queue: "", name: "melt" };
    const asked = request("lammps", schema, { params: { note: "", data: [] }, wanted, machine: "mac_1" });
    expect(asked).toEqual({
      app: "lammps",
      params: {},
      files: {},
      nodes: 2,
      cores: 8,
      memory_mib: 1536,
      time_s: 600,
      name: "melt",
      machine: "mac_1",
    });
  });

  it("asks the same again when a job's request has filled it", () => {
    const draft: Draft = {
      params: { input: "fil_1", data: ["fil_2", "fil_3"], x: 4, deep: "other", note: "hi" },
      wanted: { nodes: 2, cores: 8, memory: 2, gpus: 2, time: 7200, queue: "batch", account: "acc_1", name: "melt" },
      machine: "mac_1",
    };
    const asked = request("lammps", schema, draft);
    expect(request("lammps", schema, draftOf(schema, asked))).toEqual(asked);
  });

  it("drops parameters of a job that the app no longer has, and takes defaults for new ones", () => {
    const old = { app: "lammps", params: { gone: 1, x: 2 }, files: { input: ["fil_1"] } } as never;
    expect(draftOf(schema, old).params).toEqual({ input: "fil_1", data: [], x: 2, deep: "usual" });
  });

  it("knows its fields by the hub's names for them", () => {
    expect(fieldOf("params.x")).toEqual({ parameter: "x" });
    expect(fieldOf("files.input")).toEqual({ parameter: "input" });
    expect(fieldOf("memory_mib")).toEqual({ resource: "memory" });
    expect(fieldOf("time_s")).toEqual({ resource: "time" });
    expect(fieldOf("idempotency-key")).toBeUndefined();
  });
});
