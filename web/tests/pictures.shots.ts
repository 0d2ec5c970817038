/** The pictures of the documents: a researcher's pages after some work, in both languages and themes. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { Hub } from "./hub";
import { signIn } from "./people";

const folder = resolve(import.meta.dirname, "../../docs/pictures");
const input = readFileSync(resolve(import.meta.dirname, "../../packages/lammps/examples/in.melt"), "utf8");

test.use({ viewport: { width: 1280, height: 800 }, contextOptions: { reducedMotion: "reduce" } });
test.setTimeout(240_000);

async function picture(page: Page, address: string, name: string, make?: () => Promise<unknown>) {
  await page.goto(address);
  await page.locator("h1").first().waitFor();
  await expect(page.locator(".loading")).toHaveCount(0);
  await make?.();
  await expect(page.locator(".banner")).toHaveCount(0);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

/** Calculations as a researcher has them: done, failed, running, waiting. Gives one that went well, and what is to be ended. */
async function work(hub: Hub) {
  const file = await hub.upload("in.melt", input);
  const melt = (name: string, steps: number, size: number) => {
    const params = { x: size, y: 1, z: 1, variables: `steps=${steps}` };
    return hub.submit({ app: "lammps", params, files: { input: [file] }, cores: 1, time_s: 3600, name });
  };
  const done = await melt("argon-melt-500", 2000, 1);
  await hub.until(done, "finished");
  await hub.until(await melt("argon-melt-1000", 1500, 2), "finished");
  const words = "echo 'reading POSCAR'; echo 'ERROR: convergence not achieved after 60 steps' >&2; exit 3";
  await hub.until(await hub.run("relax-vacancy", words), "failed");
  await hub.until(await hub.run("collect-energies", "seq 1 200 > energies.csv"), "finished");
  const open = [await hub.run("argon-cooling", "sleep 600"), await hub.run("phonons-al", "sleep 600")];
  for (const job of open) await hub.until(job, "running");
  return { done, open: [...open, await hub.run("band-structure-si", "sleep 600")] };
}

test("pictures", async ({ page, request, browser }) => {
  const hub = await Hub.of(request, "alice");
  await signIn(page, "alice");
  await picture(page, "/apps/lammps", "app", async () => {
    const buffer = Buffer.from(input);
    await page.locator("input[type=file]").first().setInputFiles({ name: "in.melt", mimeType: "text/plain", buffer });
    await expect(page.getByRole("button", { name: "Remove in.melt" })).toBeVisible();
    await page.getByLabel("Copies along x").fill("4");
    await expect(page.locator(".machine").getByText(/at most ¥/)).toBeVisible();
  });
  const { done, open } = await work(hub);
  await picture(page, "/", "overview");
  await picture(page, "/apps", "apps");
  await picture(page, "/jobs", "jobs");
  await picture(page, `/jobs/${done}`, "job");
  await picture(page, "/machines/workbench", "machine");

  const chinese = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await signIn(chinese, "alice", { language: "zh", theme: "dark" });
  await picture(chinese, "/jobs", "jobs.zh");
  await picture(chinese, `/jobs/${done}?tab=log`, "log.zh");
  for (const job of open) await hub.cancel(job);
});
