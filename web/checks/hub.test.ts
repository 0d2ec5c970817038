// @vitest-environment node
/** Words that are the hub's own, and that the pages list or translate, are those that stand in its source. */

import { describe, expect, it } from "vitest";
import { actions } from "../src/pages/admin/actions";
import { baseOf } from "../src/pages/jobs/job/timeline";
import en from "../src/strings/en";
import zh from "../src/strings/zh";
import { actionsIn, auditActions, jobStates } from "./source";

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
