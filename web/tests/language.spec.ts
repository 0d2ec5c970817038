/** What is open on a page when another language is chosen follows it, and what the hub says is told in it. */

import { expect, type Page, test } from "@playwright/test";
import { mock, Trouble } from "./mock";

const ADMINISTRATOR = { roles: ["platform-administrator"] };
const chinese = (page: Page) => page.getByRole("banner").getByRole("button", { name: "中文" });
/** A dialog lies over the switch; another hand can still choose. */
const speakChinese = (page: Page) => chinese(page).evaluate((button: HTMLElement) => button.click());

/** The hub refuses whatever changes something at these addresses. */
const refuse = (page: Page, addresses: string, { status, body }: Trouble) =>
  page.route(addresses, (route) =>
    route.request().method() === "GET" ? route.fallback() : route.fulfill({ status, json: body }),
  );

test("a notice says in the language that is chosen what was done, and what was not and why", async ({ page }) => {
  await mock(page, {
    as: ADMINISTRATOR,
    told: { "/api/v1/users": { items: [{ id: "usr_1", name: "ada", display_name: "Ada", roles: ["user"] }] } },
  });
  const keepOut = async (more: string, what: string) => {
    await page.getByRole("button", { name: more }).click();
    await page.getByRole("menuitem", { name: what }).click();
  };
  await page.goto("/admin/people");
  await keepOut("More actions for ada", "Keep out");
  const done = page.locator(".ant-message-notice").first();
  await expect(done).toContainText("ada is kept out");
  await chinese(page).click();
  await expect(done).toContainText("已封禁 ada");
  await expect(done.getByRole("button", { name: "撤销" })).toBeVisible();

  await page.getByRole("banner").getByRole("button", { name: "English" }).click();
  await refuse(page, "**/api/v1/users/**", new Trouble(503, { code: "center_away", message: "the lake is away" }));
  await keepOut("More actions for ada", "Keep out");
  const failed = page.locator(".ant-notification-notice").first();
  await expect(failed).toContainText("That was not doneThe lake is away");
  await chinese(page).click();
  await expect(failed).toContainText("操作未完成目前无法连接该中心。");
});

test("a question that is open is asked in the language that is chosen", async ({ page }) => {
  const job = { id: "job_1", name: "melt", state: "running", base: "running" } as const;
  await mock(page, { told: { "/api/v1/jobs": { items: [job] } } });
  await page.goto("/jobs");
  await page.getByRole("button", { name: "Cancel: melt" }).click();
  const question = page.getByRole("dialog");
  await expect(question.getByRole("button", { name: "Let it run" })).toBeVisible();
  await speakChinese(page);
  await expect(question.getByRole("button", { name: "继续运行" })).toBeVisible();
  await expect(question).not.toContainText(/[A-Z][a-z]/);
});

test("what is wrong with a form in a dialog is told in the language that is chosen, also what the hub found", async ({
  page,
}) => {
  await mock(page, { as: ADMINISTRATOR });
  const taken = { kind: "conflict", code: "conflict", field: "name", message: "the name 'ada' is taken" };
  await refuse(page, "**/api/v1/users", new Trouble(404, taken));
  await page.goto("/admin/people");
  await page.getByRole("button", { name: "Add a person" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill("Not a name");
  await dialog.getByRole("button", { name: "Add this person" }).click();
  await expect(dialog.getByText("A lower-case letter, then")).toBeVisible();
  await speakChinese(page);
  await expect(dialog.getByText("须以小写字母开头")).toBeVisible();
  await expect(dialog.locator(".ant-form-item-explain-error").first()).not.toContainText(/[A-Za-z]{3}/);

  await dialog.getByLabel("用户名").fill("ada");
  await dialog.getByLabel("姓名").fill("Ada");
  await dialog.getByRole("button", { name: "生成" }).click();
  await dialog.getByRole("button", { name: "添加", exact: true }).click();
  await expect(dialog.getByText("该名称已被使用，请换一个。")).toBeVisible();
  await page
    .getByRole("banner")
    .getByText("English")
    .evaluate((button: HTMLElement) => button.click());
  await expect(dialog.getByText("The name 'ada' is taken")).toBeVisible();
});

test("what a center says of its user map is told in Chinese", async ({ page }) => {
  await mock(page, {
    language: "zh",
    told: {
      "/api/v1/machines/{machine}": { id: "mac_1", name: "lake" },
      "/api/v1/machines/{machine}/access": {
        allowed: true,
        local_user: "mia",
        rule: "rule 3 of the center's user map",
      },
    },
  });
  await page.goto("/machines/mac_1");
  await expect(page.getByText("依据该中心用户映射表的第 3 条规则")).toBeVisible();
});
