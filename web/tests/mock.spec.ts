/** States of jobs and machines that a person may meet, and that are hard to bring a real hub into. */

import { expect, type Page, test } from "@playwright/test";
import { jobStates } from "../checks/source";
import { axe } from "./axe";
import { go } from "./go";
import { type Answer, mock, type Told } from "./mock";

const states = jobStates();
/** Colours are classes of the tag. */
const tones: Record<string, string> = {
  pending: "wait",
  running: "run",
  finished: "ok",
  failed: "bad",
  canceled: "off",
};
const DAYS = new Date(Date.now() - 3 * 86_400_000 - 60_000).toISOString();
const id = (word: string) => `job_${word}`;

/** What a person reads; a word that is in no language would be its key. */
const unsaid = /\b(state|jobs?|machines|error)\.[a-z_.]+/;

test.use({ contextOptions: { reducedMotion: "reduce" } });

type Attempt = NonNullable<Answer<"/api/v1/jobs/{job}">["attempts"]>[number];

/** An attempt that came into its state in one step, with everything that a state may carry. */
function attempt(word: string): Attempt {
  const exit = { how: "code", value: 0, started: DAYS, ended: DAYS };
  const detail = {
    state: word,
    native: "4711",
    started: DAYS,
    since: DAYS,
    by: { by: "platform" },
    exit,
    phase: "run",
  };
  const step = { from: "created", to: word, at: DAYS, by: "hub", fact: 7, evidence: { fact: "check_started" } };
  return { number: 1, state: word, detail: { ...detail, reason: "no" }, sight: null, usage: null, transitions: [step] };
}

const every: Told = {
  "/api/v1/jobs": {
    items: states.map(({ word, base }) => ({ id: id(word), name: `a ${word} job`, state: word, base })),
  },
  "/api/v1/jobs/{job}": ({ pathname }) => {
    const { word, base } = states.find(({ word }) => pathname.endsWith(id(word))) ?? { word: "", base: "" };
    return { id: id(word), name: `a ${word} job`, state: word, base, attempts: [attempt(word)] };
  },
};

const rowOf = (page: Page, word: string) =>
  page.getByRole("row").filter({ has: page.getByRole("link", { name: `a ${word} job`, exact: true }) });

test("each state of a job has a word and a colour in the list, in both languages", async ({ page }) => {
  await mock(page, { told: every });
  await page.goto("/jobs");
  for (const [language, script] of [
    ["English", /^[A-Z][a-z ]+$/],
    ["中文", /^\p{Script=Han}+$/u],
  ] as const) {
    if (language === "中文") await page.getByRole("banner").getByRole("button", { name: language }).click();
    for (const { word, base } of states) {
      const tag = rowOf(page, word).locator(".tag");
      await expect(tag, word).toHaveText(script);
      await expect(tag, word).toHaveClass(`tag ${tones[base]}`);
    }
    await expect(page.getByRole("main")).not.toContainText(unsaid);
  }
  expect((await axe(page).analyze()).violations).toEqual([]);
});

test("each state of a job is told on the job's page: the same word, a history, and where it stands", async ({
  page,
}) => {
  test.setTimeout(120_000);
  await mock(page, { told: every });
  for (const { word, base } of states) {
    await go(page, `/jobs/${id(word)}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`a ${word} job`);
    const tag = page.locator(".page-title .tag");
    await expect(tag, word).toHaveClass(`tag ${tones[base]}`);
    const last = page.locator(".timeline .tag").last();
    await expect(last, word).toHaveText((await tag.textContent()) ?? "");
    await expect(last, word).toHaveClass(`tag ${tones[base]}`);
    // A job that runs, or that went well, needs no words about where it stands.
    const stands = page.locator(".verdict");
    await expect(stands, word).toHaveCount(word === "running" || word === "completed" ? 0 : 1);
    await expect(page.getByRole("main"), word).not.toContainText(unsaid, { useInnerText: true });
  }
});

test("a step that nobody saw is marked, and says what it follows from", async ({ page }) => {
  const step = (from: string, to: string, inferred: boolean) =>
    ({ from, to, inferred, at: DAYS, fact: 12, by: "gtw_1", evidence: { fact: "stage_in_started" } }) as const;
  const transitions = [
    step("created", "queued", false),
    step("queued", "running", true),
    step("running", "executed", false),
  ];
  await mock(page, {
    told: {
      "/api/v1/jobs/{job}": {
        id: id("executed"),
        state: "executed",
        attempts: [{ number: 1, state: "executed", sight: null, usage: null, transitions }],
      },
    },
  });
  await page.goto(`/jobs/${id("executed")}`);
  const steps = page.locator(".timeline > li");
  await expect(steps).toHaveCount(4);
  await expect(steps.getByText("inferred", { exact: true })).toHaveCount(1);
  await expect(steps.nth(2)).toContainText("Running");
  await expect(steps.nth(2)).toContainText("Not seen itself; it follows from record 12.");
  await expect(steps.nth(2).getByText("inferred", { exact: true })).toHaveAttribute("title", /Nobody saw this step/);
});

const far: Answer<"/api/v1/machines/{machine}"> = {
  id: "mac_far",
  name: "far",
  center: "ctr_lake",
  center_name: "lake",
  description: { title: "The far machine" },
  last_seen_at: DAYS,
  enabled: true,
};

test("a job whose machine has not been heard of for days says so, and since when", async ({ page }) => {
  await mock(page, {
    told: {
      "/api/v1/jobs/{job}": {
        ...{ id: id("running"), state: "running", base: "running", machine_name: "far", last_seen_at: DAYS },
        attempts: [{ number: 1, state: "running", sight: null, usage: null, started_at: DAYS }],
      },
      "/api/v1/machines": { items: [far] },
      "/api/v1/machines/{machine}": far,
    },
  });
  await page.goto(`/jobs/${id("running")}`);
  const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" }).format(new Date(DAYS));
  await expect(page.getByText(`this is how the job was seen last, at ${day}`)).toBeVisible();
  await expect(page.locator(".page-title").getByText("Running")).toBeVisible();
  await page.getByRole("link", { name: "far", exact: true }).click();
  await expect(page.getByRole("heading", { name: "The far machine" })).toBeVisible();
  await expect(page.getByText("Not connected")).toBeVisible();
  await expect(page.getByText("This machine cannot be reached.")).toContainText("Last seen 3 days ago");
  await page.goto("/");
  await expect(page.getByRole("listitem").filter({ hasText: "The far machine" })).toContainText("Not connected");
});

test("a machine with a silent gateway is shown as it was, with a word on its age, to users and operators", async ({
  page,
}) => {
  const cores = { total: 96, idle: 32, allocated: 64, unavailable: 0 };
  const silent = { ...far, connected: true, stale: true, reading: { as_of: DAYS, cores, trouble: "squeue timed out" } };
  await mock(page, {
    as: { roles: ["center-operator:ctr_lake"] },
    told: {
      "/api/v1/centers": { items: [{ id: "ctr_lake", name: "lake", title: "Lake center" }] },
      "/api/v1/machines": { items: [silent] },
      "/api/v1/machines/{machine}": silent,
      "/api/v1/gateways": { items: [{ id: "gtw_1", center: "ctr_lake", last_seen_at: DAYS, expires_at: DAYS }] },
    },
  });
  await page.goto("/machines/mac_far");
  const word = page.getByRole("status").filter({ hasText: "older than they should be" });
  await expect(word).toContainText("Last seen 3 days ago · squeue timed out");
  await expect(page.getByText("32 of 96 cores free").first()).toBeVisible();
  await page.goto("/machines");
  await expect(page.getByRole("row", { name: /The far machine/ })).toContainText("Not up to date");
  await page.goto("/admin/centers");
  const gateway = page.getByRole("row", { name: /gtw_1/ });
  await expect(gateway).toContainText("3 days ago");
  await expect(gateway.locator(".tag.bad")).toBeVisible();
  await expect(gateway).toContainText("Has ended");
});
