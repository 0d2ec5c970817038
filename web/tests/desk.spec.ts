/** What people arrange for themselves: forms they keep, and the colours of their apps. */

import { expect, type Page, test } from "@playwright/test";
import { Hub, unique } from "./hub";
import { signIn } from "./people";

/** The page of an app, and what was typed there before is gone. */
async function form(page: Page, app: string) {
  await page.goto(`/apps/${app}`);
  await expect(page.getByRole("heading", { name: "Parameters", exact: true })).toBeVisible();
}

test("a form is kept under a name, fills the form on another device, and is deleted with undo at hand", async ({
  page,
  request,
  browser,
}) => {
  const name = unique("small-melt");
  const script = `${name}.sh`;
  await (await Hub.of(request, "bob")).upload(script, "true\n");
  await signIn(page, "bob");
  await form(page, "shell");
  await page.getByRole("button", { name: "pick from your files" }).first().click();
  await page.getByRole("dialog").getByLabel("Search your files").fill(script);
  await page.getByRole("dialog").getByRole("radio").first().check();
  await page.getByRole("button", { name: "Take 1 file" }).click();
  await page.getByLabel("Cores", { exact: true }).fill("2");
  await page.getByLabel("Job name").fill("named by a template");

  await page.getByRole("button", { name: "Templates" }).click();
  const dialog = page.getByRole("dialog", { name: "Templates" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("A template needs a name.")).toBeVisible();
  await dialog.getByLabel("Save this form as").fill(name);
  await page.keyboard.press("Enter");
  await expect(page.getByText(`Saved as ${name}.`)).toBeVisible();
  await dialog.getByLabel("Save this form as").fill(name);
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("There is a template of this name already.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Start over" }).click();
  await expect(page.getByLabel("Cores", { exact: true })).toHaveValue("");

  const other = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await signIn(other, "bob");
  await form(other, "shell");
  await other.getByRole("button", { name: "Templates" }).click();
  await other.getByRole("button", { name: `Use the template ${name}` }).click();
  await expect(other.getByText(`Filled in from the template ${name}.`)).toBeVisible();
  await expect(other.getByLabel("Cores", { exact: true })).toHaveValue("2");
  await expect(other.getByLabel("Job name")).toHaveValue("named by a template");
  await expect(other.locator(".files-row", { hasText: script })).toBeVisible();
  await other.getByRole("button", { name: "Undo" }).click();
  await expect(other.getByLabel("Job name")).toHaveValue("");

  await page.reload();
  await page.getByRole("button", { name: "Templates" }).click();
  const row = dialog.getByRole("listitem").filter({ hasText: name });
  await row.getByRole("button", { name: `Delete the template ${name}` }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toHaveCount(1);
  await row.getByRole("button", { name: `Delete the template ${name}` }).click();
  await expect(row).toHaveCount(0);
});

test("a template of an app is not offered for another one", async ({ page }) => {
  const name = unique("only-shell");
  await signIn(page, "bob");
  await form(page, "shell");
  await page.getByRole("button", { name: "Templates" }).click();
  await page.getByLabel("Save this form as").fill(name);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listitem").filter({ hasText: name })).toHaveCount(1);
  await form(page, "python");
  await page.getByRole("button", { name: "Templates" }).click();
  await expect(page.getByLabel("Save this form as")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: name })).toHaveCount(0);
});

test("the colour of an app's tile is one's own on every device, and is taken back where the hub keeps it not", async ({
  page,
  browser,
}) => {
  const choose = async (colour: string) => {
    await page.getByRole("button", { name: /^Colour of .*LAMMPS/ }).click();
    await page.getByRole("menuitem", { name: colour, exact: true }).click();
  };
  const sign = (on: Page) => on.locator(".tile", { hasText: "LAMMPS" }).locator(".tile-sign");
  const style = (word: string) => new RegExp(`--tile-${word}\\)`);
  await signIn(page, "bob");
  await page.goto("/apps");
  await choose("Usual colour");
  const usual = (await sign(page).getAttribute("style")) ?? "";
  const [word, label] = usual.includes("rose") ? ["violet", "Violet"] : ["rose", "Rose"];
  const kept = page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.ok());
  await choose(label);
  await expect(sign(page)).toHaveAttribute("style", style(word));
  await kept;

  const other = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await signIn(other, "bob");
  await other.goto("/apps");
  await expect(sign(other)).toHaveAttribute("style", style(word));
  const alice = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await signIn(alice, "alice");
  await alice.goto("/apps");
  await expect(sign(alice)).toHaveAttribute("style", usual);

  await page.route("**/api/v1/me/preferences", (route) =>
    route.request().method() === "PUT" ? route.abort() : route.continue(),
  );
  await choose("Usual colour");
  await expect(page.getByText("The colour could not be kept")).toBeVisible();
  await expect(sign(page)).toHaveAttribute("style", style(word));
  await page.unroute("**/api/v1/me/preferences");
  await choose("Usual colour");
  await expect(sign(page)).toHaveAttribute("style", usual);
});
