// @vitest-environment node
/** The answers that the browser tests make up are ones the contract allows: a page is not tested against what cannot be. */

import { type Schema as JsonSchema, Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import { contract, least, operationAt, type Schema, wentWell } from "../tests/contract";

const answers = Object.entries(contract.paths).flatMap(([path, operations]) =>
  Object.entries(operations).flatMap(([method, operation]) => {
    const { schema } = wentWell(operation);
    return schema ? [{ name: `${method} ${path}`, schema }] : [];
  }),
);

const faults = (schema: Schema, answer: unknown) => {
  const whole = { components: contract.components, ...schema } as unknown as JsonSchema;
  return new Validator(whole, "2020-12", false).validate(answer).errors.map(({ error }) => error);
};

describe("an answer that is made up", () => {
  it.each(answers)("is allowed: $name", ({ schema }) => {
    expect(faults(schema, least(schema))).toEqual([]);
  });

  it("keeps what is told, also deep in a list, and stays allowed", () => {
    const { path, schema } = operationAt("get", "/api/v1/files");
    expect(path).toBe("/api/v1/files");
    const told = {
      items: [
        { path: "a b", kind: "folder" },
        { kind: "file", size: 7 },
      ],
      next: null,
    };
    const answer = least(schema as Schema, told) as { items: object[] };
    expect(answer.items).toMatchObject(told.items);
    expect(faults(schema as Schema, answer)).toEqual([]);
  });

  it("would be found if it were not allowed", () => {
    const { schema } = operationAt("get", "/api/v1/jobs/job_1");
    expect(faults(schema as Schema, { ...(least(schema as Schema) as object), attempts: 3 })).not.toEqual([]);
  });

  it("is of the operation that names the address most closely", () => {
    expect(operationAt("get", "/api/v1/jobs/job_1/lines/a/b.txt").path).toBe("/api/v1/jobs/{job}/lines/{path}");
    expect(operationAt("put", "/api/v1/me/preferences").path).toBe("/api/v1/me/preferences");
    expect(() => operationAt("get", "/api/v1/nothing")).toThrow("the contract has no get /api/v1/nothing");
  });
});
