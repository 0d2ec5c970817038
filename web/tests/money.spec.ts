/** Accounts, prices and the audit log: what is shown is what is exported. */

import { expect, test } from "@playwright/test";
import { exported } from "./download";
import { signIn } from "./people";

test("a statement shows the top-up and is taken along as it is", async ({ page }) => {
  await signIn(page, "alice");
  await page.goto("/account");
  await expect(page.getByText("Available", { exact: true })).toBeVisible();
  const statement = page.getByRole("table", { name: "Statement" });
  // It is the oldest line: whoever ran much reads on for it.
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(statement.getByText("To try the demonstration with")).toBeVisible({ timeout: 500 });
  }).toPass();
  const rows = await statement.locator("tbody tr").count();
  const { name, lines } = await exported(page);
  expect(name).toMatch(/^alice-\d{4}-\d\d-\d\d\.csv$/);
  expect(lines[0]).toBe("at,id,kind,sum,currency,job,attempt,started,ended,nodes,cores,gpus,evidence,price,reason");
  expect(lines.length - 1).toBeGreaterThanOrEqual(rows);
  expect(lines.some((line) => line.includes("top_up,1000,CNY") && line.endsWith("To try the demonstration with"))).toBe(
    true,
  );
});

test("an owner lets somebody use the account, and takes it back with undo at hand", async ({ page }) => {
  await signIn(page, "bob");
  await page.goto("/account");
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByRole("dialog").getByLabel("User name").fill("nobody-at-all");
  await page.getByRole("dialog").getByRole("button", { name: "Add a person" }).click();
  await expect(page.getByText("There is nobody with this name")).toBeVisible();
  await page.getByRole("dialog").getByLabel("User name").fill("olivia");
  await page.getByRole("dialog").getByRole("button", { name: "Add a person" }).click();
  const members = page.getByRole("table", { name: "Members" });
  await expect(members.getByRole("row", { name: /Olivia/ })).toBeVisible();
  await members
    .getByRole("row", { name: /Olivia/ })
    .getByRole("button", { name: "Remove" })
    .click();
  await expect(members.getByRole("row", { name: /Olivia/ })).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(members.getByRole("row", { name: /Olivia/ })).toBeVisible();
  await members
    .getByRole("row", { name: /Olivia/ })
    .getByRole("button", { name: "Remove" })
    .click();
  await expect(members.getByRole("row", { name: /Olivia/ })).toBeHidden();
});

test("a price that is set holds from now on, the old one stays in the history, and both are in the audit log", async ({
  page,
}) => {
  await signIn(page, "admin");
  await page.goto("/admin/prices");
  await page.getByRole("button", { name: "Set a price" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Machine").click();
  await page.getByTitle("demo/workbench").last().click();
  await dialog.getByLabel("Account").click();
  await page.getByTitle("bob", { exact: true }).click();
  await dialog.getByLabel("Core-hour").fill("0.125");
  await dialog.getByRole("button", { name: "Set it from now on" }).click();
  const row = page.getByRole("row", { name: /workbench.*bob/ });
  await expect(row.getByText("¥0.125 a core-hour", { exact: true })).toBeVisible();
  await row.getByRole("button", { name: "Change" }).click();
  await dialog.getByLabel("Core-hour").fill("0.1");
  await dialog.getByRole("button", { name: "Set it from now on" }).click();
  await expect(row.getByText("¥0.10 a core-hour", { exact: true })).toBeVisible();
  await row.getByText(/before it/).click();
  await expect(row.getByText(/· ¥0.125 a core-hour/).first()).toBeVisible();

  await page.goto("/admin/audit?action=price.set&actor=admin");
  const log = page.getByRole("table", { name: "Audit" });
  await expect(log.getByRole("link", { name: "price.set" }).first()).toBeVisible();
  await expect(log.getByRole("link", { name: "session.open" })).toHaveCount(0);
  await log.getByText("Show").first().click();
  await expect(log.getByText(/"core_hour": 100000/).first()).toBeVisible();
  const { lines } = await exported(page);
  expect(lines.slice(1).every((line) => line.includes(",price.set,"))).toBe(true);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL(/\/admin\/audit$/);
});
