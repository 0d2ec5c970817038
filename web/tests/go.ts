/** Goes to another address as a link does: the pages stay loaded, so that many are looked at in a short time. */

import type { Page } from "@playwright/test";

export async function go(page: Page, address: string) {
  if (page.url() === "about:blank") return void (await page.goto(address));
  await page.evaluate((to) => window.history.pushState({}, "", to), address);
}
