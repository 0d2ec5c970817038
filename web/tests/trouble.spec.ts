/** What a person sees when the hub is in trouble, out of reach, or has nothing to show: the one error view, never a white page. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { axe } from "./axe";
import { go } from "./go";
import { mock, REQUEST, Trouble } from "./mock";
import { patiently } from "./patiently";
import { signIn } from "./people";

const ADMINISTRATOR = { roles: ["platform-administrator"] };
/** Every address of the pages but for the sign-in, which asks the hub for nothing. */
const pages = [
  ...readFileSync(resolve(import.meta.dirname, "../src/routes.tsx"), "utf8").matchAll(/ path: "(\/[^"]*)"/g),
]
  .map(([, path = ""]) => path.replace(/\$(\w+)/, "$1_1"))
  .filter((path) => path !== "/sign-in");

const heading = (page: Page, name: string) => page.getByRole("main").getByRole("heading", { name }).first();
const section = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name, exact: true });
const again = (page: Page) => page.getByRole("main").getByRole("button", { name: "Try again" }).first();

const troubles = [
  { trouble: new Trouble(500, { message: "the disk is full" }), title: "That did not work", says: "The disk is full" },
  { trouble: new Trouble(503), title: "Not available right now", says: "It is unavailable" },
  {
    trouble: new Trouble(429, { retry_after_s: 12 }),
    title: "Too much at once",
    says: "be tried again in 12 seconds.",
  },
];

for (const { trouble, title, says } of troubles)
  test(`a hub that answers ${trouble.status} is said to on each page, with what to do and the request's id`, async ({
    page,
  }) => {
    test.setTimeout(120_000);
    await page.clock.install();
    await mock(page, { as: ADMINISTRATOR, all: trouble });
    expect(pages.length).toBeGreaterThan(10);
    for (const address of pages) {
      await go(page, address);
      await patiently(page, heading(page, title));
      const view = page.locator("main .notice", { hasText: title }).first();
      await expect(view, address).toContainText(says);
      await expect(view.getByText(REQUEST), address).toBeVisible();
      await expect(view.getByRole("button", { name: "Try again" }), address).toBeVisible();
      await expect(section(page, "Audit")).toBeVisible();
    }
    expect((await axe(page).analyze()).violations).toEqual([]);
  });

test("a hub that never answers is given up after half a minute, and a button asks it again", async ({ page }) => {
  await page.clock.install();
  await mock(page);
  let asked = 0;
  await page.route("**/api/v1/machines?*", (route) => (++asked === 1 ? undefined : route.fallback()));
  await page.goto("/machines");
  await expect.poll(() => asked).toBe(1);
  await page.clock.fastForward(29_000);
  await expect(page.getByRole("main").getByText("Loading…").first()).toBeAttached();
  await expect(again(page)).toHaveCount(0);
  await page.clock.fastForward(1_000);
  await expect(heading(page, "No answer has come")).toBeVisible();
  expect(asked).toBe(1);
  await again(page).click();
  await expect(heading(page, "No center has joined yet")).toBeVisible();
});

test("an answer of what stands before the hub is told in our words", async ({ page }) => {
  await mock(page);
  await page.route("**/api/v1/machines?*", (route) =>
    route.fulfill({ status: 413, contentType: "text/html", body: "<h1>413 Request Entity Too Large</h1>" }),
  );
  await page.goto("/machines");
  await expect(heading(page, "That did not work")).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("413");
});

test("a hub that was away as a page was opened is asked again by a button, also for who one is", async ({ page }) => {
  test.setTimeout(120_000);
  await page.clock.install();
  const entrance: { trouble?: Trouble } = {};
  await mock(page, { as: ADMINISTRATOR, entrance });
  for (const [address, shown] of [
    ["/jobs", "No jobs yet"],
    ["/admin/people", "Nobody is called that"],
  ] as const) {
    entrance.trouble = new Trouble(503);
    await page.goto(address);
    await patiently(page, heading(page, "Not available right now"));
    entrance.trouble = undefined;
    await again(page).click();
    await expect(page.getByRole("main").getByText(shown, { exact: true }), address).toBeVisible();
    await expect(page.getByRole("button", { name: "Menu of Mia" }), address).toBeVisible();
  }
});

test("who goes offline is told, keeps what is shown, and goes on when the network is back", async ({
  page,
  context,
}) => {
  await signIn(page, "alice");
  await page.goto("/jobs");
  await expect(heading(page, "Jobs")).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText("You are offline.")).toBeVisible();
  await expect(heading(page, "Jobs")).toBeVisible();
  // A page whose script is not there yet.
  await section(page, "Machines").click();
  await expect(heading(page, "The platform cannot be reached")).toBeVisible();
  await expect(page.getByText("You are offline.")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole("link", { name: "This machine" })).toBeVisible();
  await expect(page.getByText("You are offline.")).toBeHidden();
});

test("a page whose script does not come says so, and a button brings it when the hub is back", async ({ page }) => {
  await mock(page);
  await page.goto("/jobs");
  await expect(heading(page, "Jobs")).toBeVisible();
  let there = false;
  for (const away of ["**/assets/**", "**/api/v1/version"])
    await page.route(away, (route) => (there ? route.fallback() : route.abort()));
  await section(page, "Machines").click();
  await expect(heading(page, "The platform cannot be reached")).toBeVisible();
  await again(page).click();
  await expect(heading(page, "The platform cannot be reached")).toBeVisible();
  there = true;
  await again(page).click();
  await expect(heading(page, "No center has joined yet")).toBeVisible();
});

test("a page whose script a newer version has replaced is loaded anew by itself", async ({ page }) => {
  await mock(page);
  await page.goto("/jobs");
  await expect(heading(page, "Jobs")).toBeVisible();
  let replaced = 0;
  await page.route("**/assets/Machines-*.js", (route) =>
    replaced++ ? route.fallback() : route.fulfill({ status: 404, body: "" }),
  );
  await section(page, "Machines").click();
  await expect(heading(page, "No center has joined yet")).toBeVisible();
  expect(replaced).toBe(2);
});

test("what is nowhere is said to be, and leads on", async ({ page }) => {
  await mock(page, {
    told: {
      "/api/v1/jobs/{job}": new Trouble(404),
      "/api/v1/apps/{app}": new Trouble(404),
      "/api/v1/machines/{machine}": new Trouble(404),
    },
  });
  for (const address of ["/jobs/job_1", "/apps/none", "/machines/none", "/nowhere", "/admin/nothing"]) {
    await page.goto(address);
    await expect(heading(page, "There is nothing here"), address).toBeVisible();
    await expect(again(page), address).toHaveCount(0);
  }
  await page.getByRole("main").getByRole("link", { name: "Apps" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Apps", exact: true })).toBeVisible();
});

test("what is not open to somebody is said to be: by the page, and by the hub where a right has just gone", async ({
  page,
}) => {
  await mock(page, { told: { "/api/v1/accounts": new Trouble(403, { message: "the account is closed to you" }) } });
  for (const address of pages.filter((path) => path.startsWith("/admin/"))) {
    await page.goto(address);
    await expect(heading(page, "This is not open to you"), address).toBeVisible();
  }
  await page.goto("/account");
  await expect(heading(page, "This is not open to you")).toBeVisible();
  await expect(page.getByText("The account is closed to you")).toBeVisible();
  await expect(again(page)).toHaveCount(0);
});
