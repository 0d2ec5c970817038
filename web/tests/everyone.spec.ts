/** Every page is open to everybody's senses (WCAG 2.2 AA) in both languages and themes, and fits a telephone. */

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { Hub, unique } from "./hub";
import { type Look, look, signIn } from "./people";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const looks: Look[] = [
  { theme: "light", language: "en" },
  { theme: "dark", language: "zh" },
];

// A colour on its way to another one is none of the two.
test.use({ contextOptions: { reducedMotion: "reduce" } });

/** What axe finds, and how many pixels of the page a telephone does not show. */
async function barriers(page: Page, where: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.map(({ id, nodes }) => `${where} ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  await page.setViewportSize({ width: 360, height: 800 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.setViewportSize({ width: 1280, height: 800 });
  return over > 0 ? [...found, `${where} is ${over} pixels wider than a telephone`] : found;
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

for (const how of looks) {
  const inThis = `in the ${how.theme} theme and the language ${how.language}`;

  test(`a visitor's pages have no barriers ${inThis}`, async ({ page }) => {
    await look(page, how);
    await clean(page, ["/sign-in", "/apps", "/apps?search=nothing", "/apps/lammps", "/machines", "/nowhere"]);
  });

  test(`a researcher's pages have no barriers ${inThis}`, async ({ page, request }) => {
    test.setTimeout(120_000);
    const hub = await Hub.of(request, "alice");
    const id = await hub.run(unique("axe"), "seq 1 900; echo no >&2; exit 1");
    await hub.until(id, "failed");
    await signIn(page, "alice", how);
    const parts = ["", "?tab=log", "?tab=files", "?tab=scripts", "?tab=files&file=stdout.txt&line=3"];
    const job = parts.map((part) => `/jobs/${id}${part}`);
    await clean(page, [
      "/",
      "/apps",
      "/apps/lammps",
      `/apps/shell?again=${id}`,
      "/jobs",
      "/jobs?class=queued&app=none",
    ]);
    await clean(page, [...job, "/machines", "/machines/workbench", "/machines/nowhere", "/account", "/profile"]);
  });

  test(`an administrator's pages have no barriers ${inThis}`, async ({ page }) => {
    await signIn(page, "admin", how);
    await clean(page, ["/admin/centers", "/admin/people", "/admin/prices", "/admin/audit"]);
  });

  test(`what opens over a page has no barriers ${inThis}`, async ({ page }) => {
    await signIn(page, "admin", how);
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
}
