/** What keeps a form from being sent, file by file, and what is forgotten of it when a field changes. */

import { beforeAll, describe, expect, it } from "vitest";
import { speak, start } from "../../i18n/i18n";
import type { Sending } from "../../ui/files/uploads";
import type { FormSchema } from "../../ui/form/schema";
import { found, without } from "./wrong";

const schema = { properties: {}, required: [], "x-ui": { order: [], groups: [] } } as unknown as FormSchema;
const draft = { params: {}, wanted: {} };
const file = (name: string, state: Sending["state"]) =>
  ({ key: name, parameter: "input", name, size: 9, modified: 0, sent: 0, state }) satisfies Sending;

describe("files that are not there yet", () => {
  beforeAll(async () => {
    await start();
    await speak("en");
  });

  it("are waited for, but for those somebody has to do something about", () => {
    const told = (...files: Sending[]) => found(schema, draft, files).params.input;
    const sending = file("a.dat", "sending");
    expect(told()).toBeUndefined();
    expect(told(sending)).toEqual(["Files are still being sent."]);
    expect(told(sending, file("b.dat", "interrupted"))).toEqual([
      "b.dat is not wholly there: choose it once more, or remove it.",
    ]);
    expect(told(file("b.dat", "interrupted"), file("c.dat", "failed"), sending)).toEqual([
      "c.dat was not sent: send it again, or remove it.",
    ]);
  });
});

describe("what the hub said", () => {
  it("is forgotten of a field that has another value, by whichever name the hub calls it", () => {
    const error = (field?: string) => ({ kind: "invalid", code: "invalid", message: "no", field });
    const all = [error("params.x"), error("files.input"), error("memory_mib"), error()];
    expect(without(all, "x")).toEqual([all[1], all[2], all[3]]);
    expect(without(all, "input")).toEqual([all[0], all[2], all[3]]);
    expect(without(all, "memory")).toEqual([all[0], all[1], all[3]]);
  });
});
