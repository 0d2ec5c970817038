/** What a person gets who presses a button that downloads. */

import { readdirSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";

export async function downloaded(page: Page, button: Locator) {
  if (page.context().browser()?.browserType().name() === "firefox") return await arrived(button);
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

/** Firefox does not tell of downloads over BiDi yet: what comes to the folder it was given is looked for. */
async function arrived(button: Locator) {
  const folder = process.env.TIELINE_DOWNLOADS as string;
  for (const old of readdirSync(folder)) rmSync(join(folder, old));
  // A download begins as a navigation does and never ends as one: who goes on has to go to another address first.
  await button.click({ noWaitAfter: true });
  const whole = () =>
    readdirSync(folder).filter((name) => !name.endsWith(".part") && statSync(join(folder, name)).size);
  await expect.poll(whole).toHaveLength(1);
  const name = whole()[0] as string;
  return { name, text: await readFile(join(folder, name), "utf8") };
}

/** An exported list, line by line. */
export async function exported(page: Page) {
  const { name, text } = await downloaded(page, page.getByRole("button", { name: "Export as CSV" }));
  const lines = text
    .replace(/^\uFEFF/, "")
    .trim()
    .split("\r\n");
  return { name, lines };
}
