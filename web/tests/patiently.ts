/** What may pass is tried again by the page itself a few times before it is told of: the page's clock is moved on until it is. */

import { expect, type Locator, type Page } from "@playwright/test";

export async function patiently(page: Page, told: Locator) {
  await expect(async () => {
    await page.clock.fastForward(5000);
    await expect(told, page.url()).toBeVisible({ timeout: 80 });
  }).toPass({ intervals: [20] });
}
