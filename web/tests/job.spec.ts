/** A job's page, as a person uses it. */

import { expect, type Page, test } from "@playwright/test";
import { downloaded } from "./download";
import { Hub, unique } from "./hub";
import { mock, type Told, Trouble } from "./mock";
import { patiently } from "./patiently";
import { signIn } from "./people";

/** A job of the hub that is made up. */
const OVER = "job_over";

test("a job that failed says first what went wrong, and is tried again as another attempt", async ({
  page,
  request,
}) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("fails");
  const id = await hub.run(name, "echo reading\necho 'ERROR: <b>convergence</b> NOT achieved' >&2\nexit 3");
  await hub.until(id, "failed");
  await signIn(page, "alice");
  await page.goto(`/jobs/${id}`);
  const verdict = page.getByRole("region", { name: "What went wrong" });
  await expect(verdict).toContainText("The program failed");
  await expect(verdict).toContainText("exit code 3");
  await expect(verdict).toContainText("ERROR: <b>convergence</b> NOT achieved");
  await expect(page.getByText("The job was asked for.")).toBeVisible();
  // Several steps may be known by the accounting: the end is the one with an exit code.
  const record = page.locator(".record").filter({ hasText: "exit.value" }).first();
  await record.getByText("Known by the scheduler's accounting").click();
  await expect(record.getByText("exit.value")).toBeVisible();
  const cost = page.locator("section").filter({ has: page.getByRole("heading", { name: "Cost" }) });
  await expect(cost).toContainText("¥");
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("group", { name: "Attempt" })).toBeVisible();
  await hub.until(id, "failed");
  await page.getByRole("group", { name: "Attempt" }).getByRole("button", { name: "1" }).click();
  await expect(page).toHaveURL(/attempt=1/);
});

test("a job is canceled from its page, which then says by whom", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("ended");
  const id = await hub.run(name, "sleep 120");
  await hub.until(id, "running");
  await signIn(page, "alice");
  await page.goto(`/jobs/${id}`);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog")).toContainText(name);
  await page.getByRole("button", { name: "End it" }).click();
  await expect(page.getByText("Canceled by you.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Run again…" })).toHaveAttribute("href", `/apps/shell?again=${id}`);
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Deleted", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Restore" }).click();
  await expect(page.getByRole("button", { name: "Delete" })).toBeVisible();
});

/** The lines of the log as they are shown. */
const shown = async (page: Page) => (await page.locator(".log pre").allInnerTexts()).join("\n").split("\n");

test("the log grows by itself, and after a break no line is missing or there twice", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const id = await hub.run(
    unique("log"),
    "for i in $(seq 1 60); do printf '\\033[32mline\\033[0m %d\\n' $i; sleep 0.12; done",
  );
  await hub.until(id, "running");
  await signIn(page, "alice");
  await page.goto(`/jobs/${id}?tab=log`);
  const log = page.getByRole("log");
  await expect(log).toContainText("line 5");
  const log_of = "**/api/v1/jobs/*/log?*";
  await page.route(log_of, (route) => route.abort());
  await expect(page.getByText("The machine cannot be reached")).toBeVisible();
  await page.waitForTimeout(1500);
  await page.unroute(log_of);
  await expect(page.getByText("Complete", { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(await shown(page)).toEqual(Array.from({ length: 60 }, (_, index) => `line ${index + 1}`));
});

test("reading above the end holds the log still, and going to the end lets it go on", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const script = "seq 1 200; for i in $(seq 201 900); do echo $i; sleep 0.1; done";
  const id = await hub.run(unique("still"), script);
  await hub.until(id, "running");
  await signIn(page, "alice");
  await page.goto(`/jobs/${id}?tab=log`);
  const log = page.getByRole("log");
  await expect(log).toContainText("205");
  await log.evaluate((box) => box.scrollTo(0, 0));
  await expect(page.getByText("Held still while you read")).toBeVisible();
  await page.waitForTimeout(1500);
  const held = (await shown(page)).length;
  await page.waitForTimeout(2500);
  expect((await shown(page)).length).toBe(held);
  await page.getByRole("button", { name: "To the end and go on" }).click();
  await expect.poll(async () => (await shown(page)).length).toBeGreaterThan(held + 10);
  await hub.cancel(id);
});

test("files are listed with their folders, and what is downloaded is what the job wrote", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const id = await hub.run(
    unique("files"),
    "mkdir -p results/deep; echo 'a,b' > 'results/deep/t 1.csv'; echo x > y.dat",
  );
  await hub.until(id, "finished");
  await signIn(page, "alice");
  await page.goto(`/jobs/${id}?tab=files`);
  await expect(page.getByText("The folder on the machine is removed at")).toBeVisible();
  await page.getByRole("link", { name: "results" }).click();
  await page.getByRole("link", { name: "deep" }).click();
  await expect(page).toHaveURL(/folder=results%2Fdeep/);
  const file = await downloaded(page, page.getByRole("button", { name: "Download t 1.csv" }));
  expect(file).toEqual({ name: "t 1.csv", text: "a,b\n" });
  await page
    .getByRole("navigation", { name: "Where in the job's folder" })
    .getByRole("link", { name: "results" })
    .click();
  await expect(page.getByRole("link", { name: "deep" })).toBeVisible();
});

/** A job that is over and left one file of so many lines, as the hub would give it: a far line takes it several requests. */
function long(total: number): Told {
  let reached = 0;
  const text = (line: number) => `step ${line} <i>energy</i>`;
  return {
    "/api/v1/jobs/{job}": {
      id: OVER,
      state: "completed",
      base: "finished",
      attempts: [{ number: 1, state: "completed" }],
    },
    "/api/v1/jobs/{job}/files": { items: [{ path: "big.log", size: total }], attempt: 1 },
    "/api/v1/jobs/{job}/lines/{path}": ({ searchParams: asked }) => {
      const first = Number(asked.get("first"));
      reached += 5_000_000;
      if (first > total) return { first, total, reached: total };
      if (first > reached) return { first, next: first, reached };
      const count = Math.min(Number(asked.get("count")), total - first + 1);
      const lines = Array.from({ length: count }, (_, index) => text(first + index));
      const next = first + count <= total ? first + count : null;
      return { first, lines, total, next, reached: first + count - 1 };
    },
    "/api/v1/jobs/{job}/search/{path}": ({ searchParams: asked }) => {
      const from = Number(asked.get("from"));
      const hits = [from + 99, from + 4999].map((line) => ({ line, text: text(line) }));
      return { hits, next: from + 5000 <= total ? from + 5000 : null, searched_to: Math.min(total, from + 4999) };
    },
  };
}

test("a file of any length is read by page and by line, and searched", async ({ page }) => {
  await mock(page, { told: long(12_000_000) });
  await page.goto(`/jobs/${OVER}?tab=files`);
  await page.getByRole("link", { name: "big.log" }).click();
  await expect(page.getByText("Lines 1 to 500 of 12,000,000").first()).toBeVisible();
  await page.getByRole("button", { name: "Next page" }).first().click();
  await expect(page.getByText("step 501 <i>energy</i>")).toBeVisible();
  const goTo = page.getByRole("textbox", { name: "Go to line" });
  await goTo.fill("12000001");
  await expect(page.getByText("From 1 to 12,000,000")).toBeVisible();
  await goTo.fill("11999700");
  await page.keyboard.press("Enter");
  await expect(page.locator("[aria-current=location] code")).toHaveText("step 11999700 <i>energy</i>");
  await expect(page.locator("[aria-current=location] code")).toBeInViewport();
  await page.reload();
  await expect(page.locator(".sheet [aria-current=location] code")).toBeInViewport();
  await page.goto(`/jobs/${OVER}?tab=files&file=big.log&line=12000900`);
  await page.getByRole("button", { name: "Go to its last line" }).click();
  await expect(page.locator(".sheet [aria-current=location] code")).toHaveText("step 12000000 <i>energy</i>");
  await page.getByRole("searchbox", { name: "Find in the file" }).fill("ENERGY");
  await page.keyboard.press("Enter");
  await expect(page.getByText("2 lines up to line 5,000")).toBeVisible();
  await page.getByRole("button", { name: "Search on" }).click();
  await expect(page.getByText("4 lines up to line 10,000")).toBeVisible();
  await page.getByRole("button", { name: "10,000 step 10000" }).click();
  await expect(page).toHaveURL(/line=10000/);
  await expect(page.locator(".sheet [data-here=true] mark")).toHaveText("energy");
});

test("what a job wrote is read and searched where it lies, by the hub itself", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const log = "seq -f 'step %.0f ENERGY' 1 30000 > 'out/big 1.log'; echo 'one (a.b)*' >> 'out/big 1.log'";
  const script = `mkdir out; ${log}; printf 'ab\\0cd\\n' > out/data.bin; : > out/empty`;
  const id = await hub.run(unique("lines"), script);
  await hub.until(id, "finished");
  await signIn(page, "alice");
  await page.goto(`/jobs/${id}?tab=files&folder=out`);
  await page.getByRole("link", { name: "big 1.log" }).click();
  // How many there are is known once the end was seen.
  await expect(page.getByText("Lines 1 to 500", { exact: true }).first()).toBeVisible();
  await page.getByRole("textbox", { name: "Go to line" }).fill("99999");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Go to its last line" }).click();
  const here = page.locator(".sheet [aria-current=location] code");
  await expect(here).toHaveText("one (a.b)*");
  await page.getByRole("button", { name: "Page before" }).first().click();
  await expect(page.getByText("Lines 29,501 to 30,000 of 30,001").first()).toBeVisible();
  await page.getByRole("button", { name: "Next page" }).first().click();
  await expect(page.getByText("Lines 30,001 to 30,001 of 30,001").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Next page" }).first()).toBeDisabled();

  const find = page.getByRole("searchbox", { name: "Find in the file" });
  await find.fill("energy");
  await page.keyboard.press("Enter");
  await expect(page.getByText("100 lines up to line 100")).toBeVisible();
  await page.getByRole("button", { name: "Search on" }).click();
  await expect(page.getByText("200 lines up to line 200")).toBeVisible();
  await find.fill("(a.b)*");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "30,001 one (a.b)*" }).click();
  await expect(here).toHaveText("one (a.b)*");
  await expect(page.locator(".sheet [data-here=true] mark")).toHaveText("(a.b)*");
  await find.fill("nowhere at all");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "What was found" })).toContainText("0 lines");
  await page.goto(`/jobs/${id}?tab=files&file=out/empty`);
  await expect(page.getByText("The file is empty")).toBeVisible();
  await page.goto(`/jobs/${id}?tab=files&file=out/data.bin`);
  await expect(page.getByRole("heading", { name: "This is not text" })).toBeVisible();
  await expect(page.getByText("data.bin, 6 B, is made for programs.")).toBeVisible();
  const file = await downloaded(page, page.getByRole("button", { name: "Download", exact: true }));
  expect(file).toEqual({ name: "data.bin", text: "ab\0cd\n" });
  await page.getByRole("button", { name: "Show it as text" }).click();
  await expect(page.locator(".sheet code")).toHaveCount(1);
  await page.goto(`/jobs/${id}?tab=files&file=out/none.log`);
  await expect(page.getByText("There is nothing here")).toBeVisible();
});

test("a step whose record is not there yet is shown, and the page goes on", async ({ page }) => {
  const step = (from: string, to: string) => ({ from, to, evidence: null });
  const transitions = [step("created", "staging_in"), step("staging_in", "failed")];
  const attempt = { number: 1, state: "failed", detail: { phase: "run" }, sight: null, usage: null, transitions };
  await mock(page, {
    told: { "/api/v1/jobs/{job}": { id: OVER, state: "failed", base: "failed", attempts: [attempt] } },
  });
  await page.goto(`/jobs/${OVER}`);
  await expect(page.getByRole("main").getByText("Sending files")).toBeVisible();
  await expect(page.getByRole("region", { name: "What went wrong" })).toContainText("The program failed");
});

test("the name is changed where it stands, and what the hub refuses is said beside it", async ({ page, request }) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("name");
  const id = await hub.run(name, "true");
  await signIn(page, "alice");
  await page.goto(`/jobs/${id}`);
  await page.getByRole("button", { name: "Rename the job" }).click();
  await page.route("**/api/v1/jobs/*", (route) =>
    route.request().method() === "PATCH"
      ? route.fulfill({ status: 422, json: { kind: "invalid", code: "invalid", message: "too long for a name" } })
      : route.continue(),
  );
  await page.keyboard.type(`${name}-b`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("Too long for a name");
  await page.unroute("**/api/v1/jobs/*");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${name}-b`);
});

test("another person's job is not there", async ({ page, request }) => {
  const hub = await Hub.of(request, "bob");
  const id = await hub.run(unique("bobs"), "true");
  await hub.until(id, "finished");
  await signIn(page, "alice");
  await page.goto(`/jobs/${id}`);
  await expect(page.getByText("There is nothing here")).toBeVisible();
});

test("a center that is away as a job's files are asked for is said to be", async ({ page }) => {
  await page.clock.install();
  await mock(page, { told: { ...long(1), "/api/v1/jobs/{job}/files": new Trouble(503) } });
  await page.goto(`/jobs/${OVER}?tab=files`);
  await patiently(page, page.getByText("Not available right now"));
  await expect(page.getByText("can be read again when its center is back")).toBeVisible();
});
