/** The list of jobs, as a person uses it. */

import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "@playwright/test";
import { exported } from "./download";
import { Hub, unique } from "./hub";
import { signIn } from "./people";

const rows = "tbody tr:not(.table-space)";

test("filters stand in the address, combine, and are there again after a reload", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("filter");
  await hub.until(await hub.run(`${name}-good`, "true"), "finished");
  await hub.until(await hub.run(`${name}-bad`, "exit 4"), "failed");
  await signIn(page, "alice");
  await page.goto("/jobs");
  await page.getByRole("searchbox", { name: "Name or id" }).fill(name);
  await page.keyboard.press("Enter");
  await expect(page.locator(rows)).toHaveCount(2);
  await page.getByRole("button", { name: "Failed", exact: true }).click();
  await page.getByRole("button", { name: "Week", exact: true }).click();
  await expect(page.locator(rows)).toHaveCount(1);
  const { searchParams } = new URL(page.url());
  expect(Object.fromEntries(searchParams)).toEqual({ class: "failed", span: "week", name });
  await page.reload();
  await expect(page.locator(rows)).toHaveCount(1);
  await expect(page.locator(rows)).toContainText(`${name}-bad`);
  await page.getByRole("button", { name: "Canceled", exact: true }).click();
  await expect(page.getByText("No job fits these filters")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL(/\/jobs$/);
});

test("an id that is typed in full leads to its job", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const id = await hub.run(unique("by-id"), "true");
  await signIn(page, "alice");
  await page.goto("/jobs");
  await page.getByRole("searchbox", { name: "Name or id" }).fill(id);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/jobs/${id}$`));
});

test("a job comes to the list and changes in it without a reload", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("live");
  await signIn(page, "alice");
  await page.goto(`/jobs?name=${name}`);
  await expect(page.getByText("No job fits these filters")).toBeVisible();
  const end = join(mkdtempSync(join(tmpdir(), "tieline-live-")), "end");
  chmodSync(dirname(end), 0o755);
  await hub.run(name, `until [ -e ${end} ]; do sleep 0.1; done`);
  const row = page.locator(rows).filter({ hasText: name });
  await expect(row.getByText("Running", { exact: true })).toBeVisible();
  writeFileSync(end, "");
  await expect(row.getByText("Completed", { exact: true })).toBeVisible();
  await expect(page.locator(rows)).toHaveCount(1);
});

test("a remark is written where it stands, by keyboard, and stays", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("remark");
  await hub.until(await hub.run(name, "true"), "finished");
  await signIn(page, "alice");
  await page.goto(`/jobs?name=${name}`);
  await page.getByRole("button", { name: `Remark on ${name}` }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("<b>second</b> try");
  await page.keyboard.press("Enter");
  await expect(page.getByText("<b>second</b> try")).toBeVisible();
  await expect(page.getByRole("button", { name: `Remark on ${name}` })).toBeFocused();
  await page.reload();
  await expect(page.getByText("<b>second</b> try")).toBeVisible();
});

test("jobs that were deleted are taken back at once, or later from among the deleted", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("undo");
  await hub.until(await hub.run(`${name}-1`, "true"), "finished");
  await hub.until(await hub.run(`${name}-2`, "true"), "finished");
  await signIn(page, "alice");
  await page.goto(`/jobs?name=${name}`);
  await page.getByRole("checkbox", { name: "Pick all rows" }).check();
  await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("No job fits these filters")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(rows)).toHaveCount(2);
  await page.getByRole("button", { name: `Delete: ${name}-1` }).click();
  await expect(page.locator(rows)).toHaveCount(1);
  await page.getByRole("button", { name: "Deleted", exact: true }).click();
  await page.getByRole("button", { name: `Restore: ${name}-1` }).click();
  await expect(page.getByText("No job fits these filters")).toBeVisible();
});

test("ending running jobs names them first; nothing is asked where no work is lost", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("cancel");
  const id = await hub.run(name, "sleep 120");
  await hub.until(id, "running");
  await signIn(page, "alice");
  await page.goto(`/jobs?name=${name}`);
  await page.getByRole("button", { name: `Cancel: ${name}` }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(name);
  await page.getByRole("button", { name: "Let it run" }).click();
  expect((await hub.job(id)).base).toBe("running");
  await page.getByRole("button", { name: `Cancel: ${name}` }).click();
  await page.getByRole("button", { name: "End it" }).click();
  await expect(page.locator(rows).getByText("Canceled", { exact: true })).toBeVisible();
});

test("why a job failed is told when one comes to the words by keyboard", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("why");
  await hub.until(await hub.run(name, "exit 9"), "failed");
  await signIn(page, "alice");
  await page.goto(`/jobs?name=${name}`);
  await page.getByRole("link", { name: "Failure details" }).focus();
  await expect(page.getByRole("tooltip")).toContainText("exit code 9");
});

test("what is listed can be exported, with the filters that are set", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("export");
  await hub.until(await hub.run(name, "true"), "finished");
  await signIn(page, "alice");
  await page.goto(`/jobs?name=${name}`);
  await expect(page.locator(rows)).toHaveCount(1);
  const { lines } = await exported(page);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(`,${name},`);
});

test("the columns one chose are there again on this device", async ({ page }) => {
  await signIn(page, "alice");
  await page.goto("/jobs");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Machine" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Attempt" }).click();
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Attempt" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Machine" })).toHaveCount(0);
});
