/** Names and numbers as large and as strange as they may come. */

import { expect, type Page, test } from "@playwright/test";
import { go } from "./go";
import { mock, type Told } from "./mock";

/** A name without a gap at which a line could break, as long as a job's may be. */
const LONG = "Wolkenkratzer".repeat(10).slice(0, 128);
const MARKUP = `<img src=x onerror="document.title='broken'"><b>bold</b> {{name}} $t(nav.jobs) &amp;`;
const MOST = Number.MAX_SAFE_INTEGER;

/** A platform on which everything is called the same. */
function named(name: string): Told {
  const form = { title: name, description: name, properties: {}, required: [], "x-ui": { order: [], groups: [] } };
  const app = {
    app: "a",
    title: { en: name },
    description: { en: name },
    tags: [name],
    machines: [{ name, ready: true }],
  };
  const job = { id: "job_1", name, remark: name, machine_name: name, state: "completed", base: "finished" };
  const machine = {
    ...{ id: "mac_1", name, center: "ctr_1", center_name: name, connected: true, enabled: true },
    description: {
      title: name,
      description: name,
      organisation: name,
      queues: [{ name }],
      storage: [{ name, path: name }],
    },
    reading: { queues: [{ name }], node_map: [{ name, cores: 1 }], raw: name },
  };
  const center = { id: "ctr_1", name, title: name, description: name, organisation: name, contact: name };
  const account = { id: "acc_1", name, personal: true };
  const user = { id: "usr_1", name, display_name: name, roles: ["user"] };
  return {
    "/api/v1/apps": { items: [app] },
    "/api/v1/apps/{app}": { ...app, form: { en: form }, versions: [{ version: name }] },
    "/api/v1/jobs": { items: [job] },
    "/api/v1/jobs/{job}": {
      ...job,
      attempts: [{ number: 1, state: "completed", usage: null, sight: null, queue: name }],
    },
    "/api/v1/machines": { items: [machine] },
    "/api/v1/machines/{machine}": machine,
    "/api/v1/centers": { items: [center] },
    "/api/v1/gateways": { items: [{ id: "gtw_1", center: "ctr_1", version: name }] },
    "/api/v1/accounts": { items: [account] },
    "/api/v1/accounts/{account}": { account, members: [{ user: "usr_1", name, display_name: name, role: "owner" }] },
    "/api/v1/accounts/{account}/charges": { items: [{ id: "chg_1", kind: "top_up", reason: name }] },
    "/api/v1/prices": { items: [{ id: "prc_1", machine: "mac_1", machine_name: name, queue: name }] },
    "/api/v1/users": { items: [user] },
    "/api/v1/tokens": { items: [{ name }] },
    "/api/v1/sessions": { items: [{ client: name, address: name }] },
    "/api/v1/audit": { items: [{ actor: name, subject: name, detail: { name } }] },
  };
}

const pages = [
  "/",
  "/apps",
  "/apps/a",
  "/jobs",
  "/jobs/job_1",
  "/machines",
  "/machines/mac_1",
  "/account",
  "/profile",
].concat(["/admin/centers", "/admin/people", "/admin/prices", "/admin/audit"]);
const as = (name: string) => ({ name, display_name: name, roles: ["platform-administrator"] });

async function shown(page: Page, address: string) {
  await go(page, address);
  await page.locator("h1").first().waitFor();
  await expect(page.locator(".loading")).toHaveCount(0);
}

test("a name that is made of markup is shown as it was written, on every page", async ({ page }) => {
  await mock(page, { as: as(MARKUP), told: named(MARKUP) });
  for (const address of pages) {
    await shown(page, address);
    await expect(page.getByRole("main").getByText(MARKUP).first(), address).toBeVisible();
    await expect(page.locator("main img"), address).toHaveCount(0);
    await expect(page.locator("b", { hasText: /^bold$/ }), address).toHaveCount(0);
    await expect(page, address).not.toHaveTitle("broken");
  }
  await page.goto("/jobs");
  await expect(page.getByRole("button", { name: `Remark on ${MARKUP}`, exact: true })).toBeVisible();
});

test("a long name without a gap makes no page wider than its window, on a desk or on a telephone", async ({ page }) => {
  await mock(page, { as: as(LONG), told: named(LONG) });
  const wide: string[] = [];
  for (const address of pages) {
    await shown(page, address);
    await expect(page.getByRole("main").getByText(LONG).first(), address).toBeVisible();
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (over > 0) wide.push(`${address} by ${over} at ${width}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }
  expect(wide).toEqual([]);
});

/** Money and cores beyond what anybody has; or what somebody owes. */
function rich(micros: number, count: number): Told {
  const sum = { micros, currency: "CNY" };
  const reading = {
    ...{
      nodes: { idle: count, total: count },
      cores: { total: count, idle: count },
      gpus: { total: count, allocated: 0 },
    },
    queues: [{ name: "batch", state: "production", running: count, waiting: count, waiting_core_seconds: MOST }],
  };
  const machine = {
    ...{ id: "mac_1", name: "giant", center: "ctr_1", connected: true, enabled: true, reading },
    description: { queues: [{ name: "batch", cores: count, max_time_s: MOST }], peak_gflops: MOST },
  };
  return {
    "/api/v1/accounts": { items: [{ id: "acc_1", name: "mia", personal: true }] },
    "/api/v1/accounts/{account}/balance": [{ balance: sum, held: sum, available: sum }],
    "/api/v1/accounts/{account}/charges": {
      items: [{ id: "chg_1", kind: "charge", sum, at: new Date().toISOString() }],
    },
    "/api/v1/quota": { file_bytes: MOST, limit_bytes: MOST, files: MOST },
    "/api/v1/machines": { items: [machine] },
    "/api/v1/machines/{machine}": machine,
  };
}

/** The large figures of a page that do not fit where they stand. */
const cut = (page: Page) =>
  page
    .locator(".figures b, .figures small")
    .evaluateAll((all) =>
      all.filter((one) => one.scrollWidth > (one.parentElement?.clientWidth ?? 0)).map((one) => one.textContent),
    );

test("an account that owes money says so with a minus wherever its money stands", async ({ page }) => {
  await mock(page, { told: rich(-12_340_000, 1) });
  await shown(page, "/account");
  const figures = page.locator(".figures");
  await expect(figures.locator("b", { hasText: "-¥12.34" })).toHaveCount(3);
  await expect(page.getByRole("table", { name: "Statement" })).toContainText("-¥12.34");
  await shown(page, "/");
  await expect(figures.getByRole("link", { name: "-¥12.34" })).toBeVisible();
  await expect(page.getByRole("list").filter({ hasText: "Run an app" }).first()).not.toContainText("¥");
});

test("the largest numbers are written in full and fit, on a desk and on a telephone", async ({ page }) => {
  await mock(page, { told: rich(MOST, 4_294_967_295) });
  for (const [address, figure] of [
    ["/account", "¥9,007,199,254.74"],
    ["/", "8 PiB"],
    ["/machines/mac_1", "4,294,967,295"],
  ] as const) {
    await shown(page, address);
    await expect(page.locator(".figures").getByText(figure).first()).toBeVisible();
    expect(await cut(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await cut(page)).toEqual([]);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over, address).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  }
  await expect(page.getByRole("main")).not.toContainText("NaN");
});
