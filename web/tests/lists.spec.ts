/** Lists of a thousand rows: all of them are there, and few of them are drawn. */

import { expect, type Page, test } from "@playwright/test";
import { type Answer, mock } from "./mock";

type Rows<Path extends "/api/v1/users" | "/api/v1/audit" | "/api/v1/jobs"> = NonNullable<Answer<Path>["items"]>;
const thousand = <Row>(make: (number: number) => Row) => Array.from({ length: 1000 }, (_, number) => make(number));
const WHEN = "2026-11-27T09:00:00Z";
const rows = "tbody tr:not(.table-space)";

/** A page of a hundred rows out of all, and where the next one begins. */
function hundred<Row>(all: Row[]) {
  return ({ searchParams }: URL) => {
    const after = Number(searchParams.get("after") ?? 0);
    const next = after + 100 < all.length ? String(after + 100) : null;
    return { items: all.slice(after, after + 100), next };
  };
}

test("a thousand people and a thousand lines of the audit log are there, and few of them are drawn", async ({
  page,
}) => {
  const people: Rows<"/api/v1/users"> = thousand((number) => ({ id: `usr_${number}`, name: `row-${number}` }));
  const log: Rows<"/api/v1/audit"> = thousand((number) => ({ id: `aud_${number}`, actor: `row-${number}` }));
  await mock(page, {
    as: { roles: ["platform-administrator"] },
    told: { "/api/v1/users": { items: people }, "/api/v1/audit": hundred(log) },
  });
  for (const address of ["/admin/people", "/admin/audit"]) {
    await page.goto(address);
    await expect(page.getByText("row-0", { exact: true }).first()).toBeVisible();
    await toTheEnd(page);
    expect(await page.locator(rows).count(), address).toBeLessThan(120);
  }
});

test("a thousand jobs are scrolled with little work, and few of them are drawn", async ({ page }) => {
  test.setTimeout(120_000);
  const jobs: Rows<"/api/v1/jobs"> = thousand((number) => ({
    id: `job_${String(number).padStart(26, "0")}`,
    name: `row-${number}`,
    remark: "",
    machine_name: "workbench",
    created_at: WHEN,
    changed_at: WHEN,
  }));
  await mock(page, { told: { "/api/v1/jobs": hundred(jobs) } });
  await page.goto("/jobs");
  await expect(page.getByText("row-0", { exact: true })).toBeVisible();
  await toTheEnd(page);
  expect(await work(page, 150)).toBeLessThan(25);
  expect(await page.locator(rows).count()).toBeLessThan(120);
});

async function toTheEnd(page: Page) {
  await expect(async () => {
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await expect(page.getByText("row-999", { exact: true }).first()).toBeVisible({ timeout: 100 });
  }).toPass({ intervals: [20] });
}

/** Scrolls down from the top; gives the milliseconds of processor time a frame took: what else runs here does not count. */
async function work(page: Page, frames: number) {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Performance.enable", { timeDomain: "threadTicks" });
  const taken = async () => {
    const { metrics } = await browser.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  };
  await page.evaluate(() => window.scrollTo(0, 0));
  const before = await taken();
  await page.evaluate(async (frames) => {
    for (let frame = 0; frame < frames; frame++) {
      await new Promise((next) => requestAnimationFrame(next));
      window.scrollBy(0, 120);
    }
  }, frames);
  return (((await taken()) - before) / frames) * 1000;
}
