/**
 * A researcher's whole path, in each browser: from the sign-in to what the calculation cost. All is typed letter by letter
 * and the address is not looked at: over BiDi, Playwright fills fields in behind the pages' back and misses their steps.
 */

import { resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { downloaded } from "./download";
import { unique } from "./hub";
import { enter, look } from "./people";

const melt = resolve(import.meta.dirname, "../../packages/lammps/examples/in.melt");
/** 500 atoms move so many steps: long enough for a slow browser to come and see it run. */
const STEPS = 12_000;

test("a calculation is found, filled in, sent, watched, read, taken home and paid for", async ({ page }) => {
  test.setTimeout(180_000);
  const name = unique("melt");
  await look(page);
  await enter(page, "alice");
  await expect(page.getByRole("heading", { name: /Alice/ })).toBeVisible();
  const sections = page.getByRole("navigation", { name: "Sections" });

  await sections.getByRole("link", { name: "Apps" }).click();
  await page.getByLabel("Search apps").pressSequentially("molecular");
  await page.getByRole("link", { name: "LAMMPS molecular dynamics" }).click();

  await page.locator("input[type=file]").first().setInputFiles(melt);
  await expect(page.getByRole("button", { name: "Remove in.melt" })).toBeVisible();
  await page.getByText("Advanced parameters").click();
  await page.getByLabel("Further variables").pressSequentially(`steps=${STEPS}`);
  await page.getByLabel("Cores", { exact: true }).pressSequentially("1");
  await page.getByLabel("Job name").pressSequentially(name);
  await expect(page.locator(".machine", { hasText: "workbench" }).getByText(/starts/)).toBeVisible();
  await page.getByRole("button", { name: "Submit" }).click();
  await page.getByRole("button", { name: "Go to the job" }).click();

  const main = page.getByRole("main");
  await expect(main.getByRole("heading", { level: 1 })).toHaveText(name);
  const state = main.locator(".page-title");
  await expect(state.getByText("Running")).toBeVisible({ timeout: 60_000 });
  await main.getByRole("link", { name: "Log", exact: true }).click();
  const log = page.getByRole("log");
  await expect(log).toContainText("Step");
  await expect(log).toContainText(`Loop time of`, { timeout: 90_000 });
  await expect(log).toContainText(`for ${STEPS} steps with 500 atoms`);
  await expect(state.getByText("Completed")).toBeVisible({ timeout: 30_000 });

  await main.getByRole("link", { name: "Files", exact: true }).click();
  const file = await downloaded(page, page.getByRole("button", { name: "Download log.lammps" }));
  expect(file.name).toBe("log.lammps");
  expect(file.text).toContain(`run ${STEPS}`);

  await page.goto("/jobs");
  await main.getByRole("link", { name }).click();
  const cost = main.locator("section", { has: page.getByRole("heading", { name: "Cost" }) });
  // What is set aside for it stands there too until it is charged.
  const charged = cost.locator(".facts > div", { has: page.getByText("Charged", { exact: true }) }).locator("dd");
  await expect(charged).toHaveText(/^¥0\.\d+$/);
  const paid = (await charged.textContent()) ?? "";
  const id = await main.locator(".page-head").getByText(/^job_/).textContent();
  await cost.getByRole("link", { name: "alice" }).click();
  const charge = page.getByRole("table", { name: "Statement" }).getByRole("row", { name: new RegExp(id as string) });
  await expect(charge).toContainText(`-${paid}`);
  await sections.getByRole("link", { name: "Jobs" }).click();
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("Completed");
});
