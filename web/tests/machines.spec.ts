/** Machines, as everybody and as somebody sees them; every page of these groups is clean for axe in both themes. */

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { signIn } from "./people";

test("a visitor sees what a machine is and how busy, and is asked to sign in for the rest", async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem("tieline.language", "en"));
  await page.goto("/machines");
  await page.getByRole("link", { name: "This machine" }).click();
  await expect(page.getByRole("heading", { name: "This machine", exact: true })).toBeVisible();
  await expect(page.getByRole("table", { name: "Queues" }).getByText("batch")).toBeVisible();
  await expect(page.getByText("demo/workbench")).toBeVisible();
  await expect(page.getByText("to see whether you may use this machine.")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).first().click();
  await expect(page).toHaveURL(/sign-in\?next=%2Fmachines%2Fmac_/);
});

test("somebody sees whether they may use it, as whom, at what price", async ({ page }) => {
  await signIn(page, "alice");
  await page.goto("/machines/workbench");
  await expect(page.getByText("You may use it")).toBeVisible();
  await expect(page.getByText("tieline-alice")).toBeVisible();
  await expect(page.getByText(/a core-hour/).first()).toBeVisible();
});

test("an address where no machine lies says so", async ({ page }) => {
  await signIn(page, "alice");
  await page.goto("/machines/nowhere");
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
});

const pages = {
  alice: ["/", "/machines", "/machines/workbench", "/account", "/profile"],
  admin: ["/admin/centers", "/admin/people", "/admin/prices", "/admin/audit"],
};

for (const [name, paths] of Object.entries(pages))
  for (const theme of ["light", "dark"] as const)
    test(`the pages of ${name} are open to everybody's senses in the ${theme} theme, and fit a telephone`, async ({
      page,
    }) => {
      test.setTimeout(120_000);
      await signIn(page, name, { theme, language: theme === "dark" ? "zh" : "en" });
      for (const path of paths) {
        await page.goto(path);
        await page.locator("h1").waitFor();
        await page.waitForTimeout(800);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((one) => `${path} ${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
        await page.setViewportSize({ width: 360, height: 800 });
        const over = () =>
          page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(await over(), path).toBeLessThanOrEqual(0);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
    });
