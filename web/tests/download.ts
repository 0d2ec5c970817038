/** What a person gets who presses a button that downloads. */

import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";

export async function downloaded(page: Page, button: Locator) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
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
