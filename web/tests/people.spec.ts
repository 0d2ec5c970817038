/** People come to the platform, get money, change their password and make tokens. */

import { expect, type Page, test } from "@playwright/test";
import { unique } from "./hub";
import { enter, ready, signIn } from "./people";

/** Adds somebody through the page; gives the password that was made for them. */
async function add(page: Page, name: string): Promise<string> {
  await page.goto("/admin/people");
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill(name);
  await dialog.getByLabel("Name for people").fill(`Doctor ${name}`);
  await dialog.getByRole("button", { name: "Make one" }).click();
  const password = await dialog.getByLabel("First password").inputValue();
  await dialog.getByRole("button", { name: "Add this person" }).click();
  await expect(page.getByText(`${name} can sign in now`)).toBeVisible();
  return password;
}

test("somebody who is added gets money, changes the password, and starts with three steps", async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  const name = unique("newcomer");
  await signIn(page, "admin");
  const password = await add(page, name);
  await page.getByLabel("Search by name").fill(name);
  await page.getByRole("button", { name: `Add money for ${name}` }).click();
  const money = page.getByRole("dialog");
  await money.getByLabel("Amount").fill("12.5");
  await money.getByRole("button", { name: "Add money" }).click();
  await expect(page.getByText(`¥12.50 added to the account ${name}`)).toBeVisible();

  const theirs = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await enter(theirs, name, password);
  await expect(theirs.getByText("Your account has ¥12.50.")).toBeVisible();
  await expect(theirs.getByRole("heading", { name: "Run an app" })).toBeVisible();

  await theirs.goto("/profile");
  const next = "gravel otter lantern";
  await theirs.getByLabel("Present password").fill("wrong wrong wrong");
  await theirs.getByLabel("New password", { exact: true }).fill("short");
  await theirs.getByLabel("New password again").fill("shorter");
  await theirs.getByRole("button", { name: "Change password" }).click();
  await expect(theirs.getByText("It must have at least 10 characters")).toBeVisible();
  await expect(theirs.getByText("This is not the same as the new password above")).toBeVisible();
  await theirs.getByLabel("New password", { exact: true }).fill("password1234");
  await expect(theirs.getByText("Guessed at once").or(theirs.getByText("Weak"))).toBeVisible();
  await theirs.getByLabel("New password again").fill("password1234");
  await theirs.getByRole("button", { name: "Change password" }).click();
  await expect(theirs.getByText("This is not your present password")).toBeVisible();
  await theirs.getByLabel("Present password").fill(password);
  await theirs.getByRole("button", { name: "Change password" }).click();
  await expect(theirs.getByText("It is among the most common passwords")).toBeVisible();
  await theirs.getByLabel("New password", { exact: true }).fill(next);
  await expect(theirs.getByText("Very good")).toBeVisible();
  await theirs.getByLabel("New password again").fill(next);
  await theirs.getByRole("button", { name: "Change password" }).click();
  await expect(theirs.getByText("Your password is changed")).toBeVisible();

  const again = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await enter(again, name, password);
  await expect(again.getByRole("alert")).toBeVisible();
  await enter(again, name, next);
  await expect(again.getByRole("heading", { name: new RegExp(`Doctor ${name}`) })).toBeVisible();
});

test("a token is shown once, opens the API, and no longer when it is revoked", async ({ page, request }) => {
  const name = unique("nightly");
  await signIn(page, "bob");
  await page.goto("/profile");
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByLabel("What is it for?").fill(name);
  await page.getByRole("button", { name: "Make it" }).click();
  const secret = (await page.getByRole("group", { name: "Token" }).locator("pre").textContent()) ?? "";
  const me = () => request.get(`${ready.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret.trim()}` } });
  expect((await me()).status()).toBe(200);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByText(secret)).toBeHidden();

  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await page.getByRole("tooltip").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText(`The token “${name}” is revoked`)).toBeVisible();
  expect((await me()).status()).toBe(401);
});

test("all other sessions can be ended from this one", async ({ page, browser }) => {
  const name = unique("traveller");
  const admin = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await signIn(admin, "admin");
  const password = await add(admin, name);
  const other = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await enter(other, name, password);
  await expect(other).not.toHaveURL(/sign-in/);
  await enter(page, name, password);
  await expect(page).not.toHaveURL(/sign-in/);
  await page.goto("/profile");
  await expect(page.getByRole("table", { name: "Sessions" }).locator("tbody tr")).toHaveCount(2);
  await page.getByRole("button", { name: "End all others" }).click();
  await page.getByRole("tooltip").getByRole("button", { name: "End" }).click();
  await expect(page.getByText("One session has ended")).toBeVisible();
  await expect(page.getByRole("table", { name: "Sessions" }).locator("tbody tr")).toHaveCount(1);
  await other.goto("/profile");
  await expect(other).toHaveURL(/sign-in/);
});

test("somebody who is kept out cannot sign in until let in again", async ({ page, browser }) => {
  const name = unique("guest");
  await signIn(page, "admin");
  const password = await add(page, name);
  await page.getByLabel("Search by name").fill(name);
  await page.getByRole("button", { name: `More actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Keep out" }).click();
  const row = page.getByRole("row", { name: new RegExp(name) });
  await expect(row.getByText("Kept out", { exact: true })).toBeVisible();
  const theirs = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await enter(theirs, name, password);
  await expect(theirs.getByRole("alert")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row.getByText("Active", { exact: true })).toBeVisible();
  await enter(theirs, name, password);
  await expect(theirs).not.toHaveURL(/sign-in/);
});
