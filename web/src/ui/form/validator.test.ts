/** What a form refuses, and that it says exactly what and why in both languages. */

import i18next from "i18next";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import en from "../../strings/en";
import zh from "../../strings/zh";
import { defaults, type FormSchema, type Property } from "./schema";
import { complaints, firstWrong, validator } from "./validator";

const ui = (widget: Property["x-ui"]["widget"], order = 0) => ({ widget, order, advanced: false });

const schema: FormSchema = {
  title: "Demo",
  description: "A demo.",
  properties: {
    input: { type: "string", title: "Input file", "x-ui": ui("file") },
    x: { type: "integer", title: "Copies", default: 1, minimum: 1, maximum: 200, "x-ui": ui("number", 1) },
    size: { type: "number", title: "Size", minimum: 0.5, "x-ui": ui("number", 2) },
    code: { type: "string", title: "Code", pattern: "^(?:[a-z]+)$", minLength: 0, maxLength: 5, "x-ui": ui("text", 3) },
    mode: { type: "string", title: "Mode", enum: ["fast", "exact"], default: "fast", "x-ui": ui("select", 4) },
    more: {
      type: "array",
      title: "More",
      items: { type: "string" },
      minItems: 0,
      maxItems: 2,
      "x-ui": ui("files", 5),
    },
    verbose: { type: "boolean", title: "Verbose", "x-ui": ui("switch", 6) },
  },
  required: ["input"],
  additionalProperties: false,
  "x-ui": { order: ["input", "x", "size", "code", "mode", "more", "verbose"], groups: [] },
};

const sets: FormSchema = {
  ...schema,
  properties: {
    tpr: { type: "string", title: "Run input", "x-ui": ui("file") },
    gro: { type: "string", title: "Structure", "x-ui": ui("file", 1) },
    top: { type: "string", title: "Topology", "x-ui": ui("file", 2) },
  },
  required: [],
  oneOf: [{ required: ["tpr"] }, { required: ["gro", "top"] }],
  "x-ui": { order: ["tpr", "gro", "top"], groups: [] },
};

const good = { ...defaults(schema), input: "fil_1" };

beforeAll(async () => {
  await i18next.init({
    lng: "en",
    resources: { en: { translation: en }, zh: { translation: zh } },
    interpolation: { escapeValue: false },
  });
});
afterEach(() => i18next.changeLanguage("en"));

describe("a form", () => {
  it("takes its own defaults with what is needed", () => {
    expect(complaints(schema, good)).toEqual({});
    expect(good).toEqual({ input: "fil_1", x: 1, mode: "fast", verbose: false });
  });

  it.each([
    ["input", undefined, "A file is needed.", "请提供文件。"],
    ["x", 0, "0 is out of range: 1 to 200.", "0 超出范围，应在 1 到 200 之间。"],
    ["x", 1.5, "A whole number is needed.", "请填写整数。"],
    ["size", 0.25, "0.25 is too small: at least 0.5.", "0.25 过小，不能小于 0.5。"],
    ["size", "abc", "A number is needed.", "请填写数字。"],
    ["code", "abcdef", "This has 6 characters; 0 to 5 are allowed.", "当前 6 个字符，应为 0 到 5 个。"],
    ["mode", "slow", "Choose one of the values in the list.", "请选择列表中的值。"],
    ["more", ["a", "b", "c"], "There are 3 files; 0 to 2 are allowed.", "当前 3 个文件，应为 0 到 2 个。"],
    ["other", 1, "The app has no such parameter.", "该应用没有这个参数。"],
  ])("says what is wrong with %s = %j in both languages", async (name, value, english, chinese) => {
    expect(complaints(schema, { ...good, [name]: value })).toEqual({ [name]: [english] });
    await i18next.changeLanguage("zh");
    expect(complaints(schema, { ...good, [name]: value })).toEqual({ [name]: [chinese] });
  });

  it("holds a text to its pattern, and takes an emptied field as not given", () => {
    expect(complaints(schema, { ...good, code: "A1" }).code).toHaveLength(1);
    expect(complaints(schema, { ...good, code: "", more: [], x: null })).toEqual({});
  });

  it("leaves a pattern that browsers cannot read to the hub", () => {
    const code = { ...schema.properties.code, pattern: "(?i:[a-z]+)(?P<tail>x)" } as Property;
    expect(complaints({ ...schema, properties: { ...schema.properties, code } }, { ...good, code: "A1" })).toEqual({});
  });

  it("counts letters and not halves of letters", () => {
    const any = { ...schema, properties: { code: { ...schema.properties.code, pattern: undefined } as Property } };
    expect(complaints({ ...any, required: [] }, { code: "😀😀😀😀😀" })).toEqual({});
  });

  it("wants exactly one of the sets of parameters, whole", () => {
    expect(complaints(sets, { tpr: "a" })).toEqual({});
    expect(complaints(sets, { gro: "a", top: "b" })).toEqual({});
    const told = "Give exactly one of these: Run input, or Structure + Topology.";
    expect(complaints(sets, {})).toEqual({ tpr: [told] });
    expect(complaints(sets, { tpr: "a", gro: "b" })).toEqual({ top: [told] });
    expect(complaints(sets, { tpr: "a", gro: "b", top: "c" })).toEqual({ tpr: [told] });
  });

  it("leads to its first wrong field, in the order the author wants", () => {
    expect(firstWrong(schema, complaints(schema, { x: 0, code: "A" }))).toBe("input");
  });

  it("answers react-jsonschema-form in its own shape", () => {
    const answer = validator.validateFormData({ x: 0, input: "a" }, schema as object);
    expect(answer.errorSchema).toEqual({ x: { __errors: ["0 is out of range: 1 to 200."] } });
    expect(answer.errors.map((error) => error.property)).toEqual([".x"]);
    expect(validator.isValid(schema as object, good, schema as object)).toBe(true);
    expect(validator.isValid(schema as object, { x: 0 }, schema as object)).toBe(false);
  });
});
