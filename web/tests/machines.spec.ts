/** Machines, as everybody and as somebody sees them. */

import { expect, test } from "@playwright/test";
import { look, signIn } from "./people";

test("a visitor sees what a machine is and how busy, and is asked to sign in for the rest", async ({ page }) => {
  await look(page);
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
