/** Looks for barriers. No page of ours has frames: putting their findings together takes axe longer than all the looking. */

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

export const axe = (page: Page) => new AxeBuilder({ page }).setLegacyMode(true);
