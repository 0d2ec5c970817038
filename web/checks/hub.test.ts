// @vitest-environment node
/** Words that are the hub's own, and that the pages list or translate, are those that stand in its source. */

import i18next from "i18next";
import { describe, expect, it } from "vitest";
import { actions } from "../src/pages/admin/actions";
import { baseOf } from "../src/pages/jobs/job/timeline";
import en from "../src/strings/en";
import zh from "../src/strings/zh";
import { centersWords } from "../src/ui/center-words";
import { actionsIn, auditActions, codes, gatewaySays, jobStates, reasons } from "./source";

describe("the words of the audit log", () => {
  it("that the filter offers are those the hub writes", () => {
    expect([...actions]).toEqual(auditActions());
  });

  it("are read from whatever stands in the place of the action", () => {
    const text = `
      app.audit(&tx, Actor::named(format!("gateway, {id}"), origin), "gateway.enroll", id, json!({ "a": "b.c" })).await?;
      let action = if deleted { "job.delete" } else { "job.restore" };
      app.audit(&tx, caller, action, id, json!({})).await?;`;
    expect(actionsIn(text)).toEqual(["gateway.enroll", "job.delete", "job.restore"]);
  });

  it("are missed aloud", () => {
    expect(() => actionsIn("app.audit(&tx, caller, word(deleted), id, json!({}))")).toThrow("word(deleted)");
  });
});

describe("why a machine cannot run a job", () => {
  it("has a title and a sentence in both languages, which need the same values", () => {
    expect(reasons().length).toBeGreaterThan(20);
    for (const { reason, why } of [en, zh]) {
      expect(
        Object.keys(reason)
          .filter((word) => word !== "other")
          .sort(),
      ).toEqual(reasons().sort());
      expect(Object.keys(why).sort()).toEqual(reasons().sort());
    }
    const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    for (const word of reasons() as (keyof typeof en.why)[]) expect(values(zh.why[word])).toEqual(values(en.why[word]));
  });
});

describe("what an error is called", () => {
  it("has a word in both languages", () => {
    // What runs out at the moment of asking is no error of the hub's.
    const own = codes().concat("offline");
    expect(own).toContain("no_machine");
    for (const { code, reason } of [en, zh])
      expect(own.filter((word) => !(word in code) && !(word in reason))).toEqual([]);
    expect(Object.keys(en.code).filter((word) => !own.includes(word))).toEqual([]);
  });
});

describe("what a gateway says of its user map", () => {
  const said = gatewaySays();

  it("is said in Chinese too, sentence by sentence", async () => {
    expect(said.length).toBeGreaterThan(4);
    await i18next.init({ lng: "zh", resources: { zh: { translation: zh } }, interpolation: { escapeValue: false } });
    expect(said.map((text) => centersWords(text)).filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([]);
    expect(centersWords("rule 12 of the center's user map")).toContain("12");
    expect(centersWords("closed for maintenance")).toBe("closed for maintenance");
  });
});

describe("what is wrong with a field", () => {
  it("is told by codes the hub has", () => {
    const known = codes();
    const strange = Object.keys(en.told).filter((key) => !known.some((code) => key.startsWith(`${code}_`)));
    expect(strange).toEqual([]);
  });
});

describe("the states of a job", () => {
  const states = jobStates();

  it("have a word in both languages", () => {
    expect(states.length).toBeGreaterThan(10);
    const words = states.map(({ word }) => word).sort();
    expect(Object.keys(en.state).sort()).toEqual(words);
    expect(Object.keys(zh.state).sort()).toEqual(words);
  });

  it.each(states)("have the colour of their base state in a history: $word", ({ word, base }) => {
    expect(baseOf(word)).toBe(base);
  });
});
