/**
 * Every page, to be looked at: each in both languages and themes, wide and on telephones, into target/looks. What one page's
 * style sheets do to another shows too, since all are visited without loading anew.
 */

import { resolve } from "node:path";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { go } from "./go";
import { type Scene, scenes } from "./looks.scenes";
import { prepare } from "./looks.work";
import { signIn } from "./people";

const folder = resolve(import.meta.dirname, "../../target/looks");
const sizes = { wide: [1440, 900], phone: [390, 844], small: [360, 800] } as const;
const [wide, high] = sizes.wide;

test.describe.configure({ mode: "default", timeout: 120_000 });

const pages = new Map<Scene["who"], Page>();
let jobs: Map<string, string>;

test.beforeAll(async ({ request }) => {
  test.setTimeout(300_000);
  jobs = await prepare(request);
});

for (const scene of scenes)
  test(scene.name, async ({ browser }) => {
    const page = pages.get(scene.who) ?? (await opened(browser, scene.who));
    await paint(page, "light");
    await speak(page, "en");
    await go(
      page,
      scene.address.replace(/\{(.*)\}/, (_, name) => jobs.get(name) ?? name),
    );
    await settle(page);
    await scene.make?.(page);
    await page.mouse.move(0, 0);
    for (const language of ["en", "zh"] as const) {
      await speak(page, language);
      for (const [size, [width, height]] of Object.entries(sizes)) {
        await page.setViewportSize({ width, height });
        for (const theme of (size === "small" ? ["light"] : ["light", "dark"]) as ("light" | "dark")[]) {
          await paint(page, theme);
          await settle(page);
          await page.screenshot({ path: `${folder}/${scene.name}.${language}.${size}.${theme}.png`, fullPage: true });
        }
        const { scrollWidth, clientWidth } = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return { scrollWidth, clientWidth };
        });
        expect
          .soft(scrollWidth - clientWidth, `pixels of ${scene.name} beyond a window of ${width}, ${language}`)
          .toBeLessThanOrEqual(0);
      }
      await page.setViewportSize({ width: wide, height: high });
    }
    await speak(page, "en");
    await scene.leave?.(page);
  });

async function opened(browser: Browser, who: Scene["who"]) {
  const page = await browser.newPage({ viewport: { width: wide, height: high }, reducedMotion: "reduce" });
  if (who) await signIn(page, who);
  await page.goto("/machines");
  pages.set(who, page);
  return page;
}

/** Nothing is waited for any more. */
async function settle(page: Page) {
  await page.locator("h1").first().waitFor();
  await expect(page.locator(".loading")).toHaveCount(0);
  await page.waitForTimeout(150);
}

async function paint(page: Page, theme: "light" | "dark") {
  await page.evaluate((value) => {
    localStorage.setItem("tieline.theme", value);
    window.dispatchEvent(new StorageEvent("storage", { key: "tieline.theme" }));
  }, theme);
}

/** Also while a dialog lies over the switch. */
async function speak(page: Page, language: "en" | "zh") {
  await page.evaluate((to) => document.querySelector<HTMLElement>(`.top [lang=${to}]`)?.click(), language);
  await expect(page.locator("html")).toHaveAttribute("lang", new RegExp(`^${language}`));
}
