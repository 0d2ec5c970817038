/** The pictures of the documents: a researcher's pages after some work, in both languages and themes. */

import { resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { Hub } from "./hub";
import { signIn } from "./people";
import { input, work } from "./work";

const folder = resolve(import.meta.dirname, "../../docs/pictures");

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

test("pictures", async ({ page, request, browser }) => {
  const hub = await Hub.of(request, "alice");
  await signIn(page, "alice");
  await picture(page, "/apps/lammps", "app", async () => {
    const buffer = Buffer.from(input);
    await page.locator("input[type=file]").first().setInputFiles({ name: "in.melt", mimeType: "text/plain", buffer });
    await expect(page.getByRole("button", { name: "Remove in.melt" })).toBeVisible();
    // Where nothing is said of them, the app asks for more than a small machine has.
    await page.getByLabel("Cores").fill("2");
    await page.getByLabel("Copies along x").fill("4");
    await page.evaluate(() => window.scrollTo(0, 0));
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
