/** An administrator brings a center in; its gateway joins with the token of the page. */

import { expect, test } from "@playwright/test";
import { Gateway } from "./gateway";
import { signIn } from "./people";

test("a center that is added gets a token, joins with it, and appears with its machine", async ({ page }) => {
  test.setTimeout(120_000);
  const name = `lake-${Date.now().toString(36)}`;
  const gateway = new Gateway("little");
  try {
    await signIn(page, "admin");
    await page.goto("/admin/centers");
    await page.getByRole("button", { name: "Add a center" }).click();
    await page.getByLabel("Short name").fill("Not a name");
    await page.getByRole("button", { name: "Add it and make a join token" }).click();
    await expect(page.getByText("A lower-case letter, then lower-case letters")).toBeVisible();
    await page.getByLabel("Short name").fill(name);
    await page.getByLabel("Name for people").fill("Lake Computing Center");
    await page.getByRole("button", { name: "Add it and make a join token" }).click();

    const dialog = page.getByRole("dialog", { name: "Bring Lake Computing Center in" });
    await expect(dialog.getByText(/good for another 1[45]:\d\d/)).toBeVisible();
    const command = await dialog.getByRole("group", { name: "1. Enrol the gateway" }).locator("pre").textContent();
    expect(command).toMatch(/^tieline gateway join --hub http\S+ --token \S+\.[0-9a-f]{64}$/);

    await gateway.join(command ?? "");
    await expect(dialog.getByText("The gateway is enrolled")).toBeVisible();
    gateway.run();
    await expect(dialog.getByText("The gateway is connected")).toBeVisible({ timeout: 30_000 });
    await dialog.getByRole("button", { name: "Close" }).last().click();

    const center = page.locator("section", { hasText: name });
    await expect(center.getByText("Connected").first()).toBeVisible({ timeout: 30_000 });
    await expect(center.getByRole("link", { name: "A machine of a test" })).toBeVisible({ timeout: 30_000 });

    await center.getByRole("button", { name: "Take out of service" }).click();
    await expect(center.getByText("Out of service", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(center.getByText("In service", { exact: true })).toBeVisible();

    await center.getByRole("button", { name: "Revoke" }).click();
    await expect(center.getByText("Kept out", { exact: true })).toBeVisible();
    await center.getByRole("button", { name: "Let in again" }).click();
    await expect(center.getByText("Kept out", { exact: true })).toBeHidden();
  } finally {
    await gateway.stop();
  }
});

test("an operator sees the own center only, and no people", async ({ page }) => {
  await signIn(page, "olivia");
  await page.goto("/admin/centers");
  await expect(page.getByRole("heading", { name: /Demonstration center/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Add a center" })).toBeHidden();
  await expect(page.getByRole("link", { name: "People" })).toBeHidden();
  await page.goto("/admin/people");
  await expect(page.getByRole("heading", { name: "This is not open to you" })).toBeVisible();
});
