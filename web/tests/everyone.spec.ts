/** Every page is open to everybody's senses (WCAG 2.2 AA) in both themes, and fits a telephone in both languages. */

import type AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { axe } from "./axe";
import { Hub, unique } from "./hub";
import { look, signIn } from "./people";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What depends on the theme. */
const COLOURS = ["color-contrast", "link-in-text-block"];

// A colour on its way to another one is none of the two.
test.use({ contextOptions: { reducedMotion: "reduce" } });
// The longest of all: in a row they would keep one worker busy after the other has done everything else.
test.describe.configure({ mode: "parallel", timeout: 120_000 });

/** What axe finds in both themes, and how many pixels of the page a telephone does not show. */
async function barriers(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  const inspect = async (builder: AxeBuilder, theme: string) => {
    for (const { id, nodes } of (await builder.analyze()).violations)
      found.push(`${where} ${theme} ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  };
  await inspect(axe(page).withTags(RULES), "light");
  await page.evaluate(() => {
    localStorage.setItem("tieline.theme", "dark");
    window.dispatchEvent(new StorageEvent("storage", { key: "tieline.theme" }));
  });
  await inspect(axe(page).withRules(COLOURS), "dark");
  await page.setViewportSize({ width: 360, height: 800 });
  const fits = async (language: string) => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) found.push(`${where} is ${over} pixels wider than a telephone in ${language}`);
  };
  await fits("English");
  if (!(await page.getByRole("dialog").count())) {
    await page.getByRole("banner").getByRole("button", { name: "中文" }).click();
    await expect(page.getByRole("banner").getByRole("button", { name: "English" })).toBeVisible();
    await fits("Chinese");
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  return found;
}

/** The page with all it shows at first: its heading is there, and nothing is waited for. */
async function shown(page: Page, address: string) {
  await page.goto(address);
  await page.locator("h1").first().waitFor();
  await expect(page.locator(".loading")).toHaveCount(0);
}

async function clean(page: Page, addresses: string[]) {
  const found: string[] = [];
  for (const address of addresses) {
    await shown(page, address);
    for (const fold of await page.locator("main summary").all()) await fold.click();
    found.push(...(await barriers(page, address)));
  }
  expect(found).toEqual([]);
}

test("a visitor's pages have no barriers", async ({ page }) => {
  await look(page);
  await clean(page, ["/sign-in", "/apps", "/apps?search=nothing", "/apps/lammps", "/machines", "/nowhere"]);
});

test("a researcher's pages have no barriers", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const id = await hub.run(unique("axe"), "seq 1 60; echo no >&2; exit 1");
  await hub.until(id, "failed");
  await signIn(page, "alice");
  await clean(page, ["/", `/apps/shell?again=${id}`, "/jobs", "/jobs?class=queued&app=none", "/account", "/profile"]);
});

test("a job's and a machine's pages have no barriers", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const id = await hub.run(unique("axe"), "seq 1 60; echo no >&2; exit 1");
  await hub.until(id, "failed");
  await signIn(page, "alice");
  const parts = ["", "?tab=log", "?tab=files", "?tab=scripts", "?tab=files&file=stdout.txt&line=3"];
  await clean(page, [...parts.map((part) => `/jobs/${id}${part}`), "/machines/workbench", "/machines/nowhere"]);
});

test("an administrator's pages have no barriers", async ({ page }) => {
  await signIn(page, "admin");
  await clean(page, ["/admin/centers", "/admin/people", "/admin/prices", "/admin/audit"]);
});

test("what opens over a page has no barriers", async ({ page }) => {
  await signIn(page, "admin");
  const found: string[] = [];
  const opened = async (address: string, button: string) => {
    await shown(page, address);
    await page.locator(button).first().click();
    await page.getByRole("dialog").or(page.getByRole("menu")).first().waitFor();
    found.push(...(await barriers(page, `${address} ${button}`)));
  };
  await opened("/", ".top [aria-haspopup=menu]");
  for (const address of ["/admin/centers", "/admin/people", "/admin/prices"])
    await opened(address, ".page-actions .button.primary");
  await opened("/apps/lammps", ".page-actions .button:last-of-type");
  await opened("/apps/lammps", ".files-drop .link:last-of-type");
  expect(found).toEqual([]);
});
