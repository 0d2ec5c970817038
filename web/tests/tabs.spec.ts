/** Several tabs of one browser: one of them listens to the hub for all, one refreshes for all, and nothing is missed. */

import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { Hub, unique } from "./hub";
import { signIn } from "./people";
import { Wire } from "./wire";

const rows = (page: Page) => page.locator("tbody tr:not(.table-space)");
const state = (page: Page, name: string) => rows(page).filter({ hasText: name }).locator(".tag");

/** Three tabs of one browser at the same address, and what was asked of the hub's live events: by which tab, from where on. */
async function three(page: Page, context: BrowserContext, address: string) {
  const streams: { tab: Page; last: string | undefined }[] = [];
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === "/api/v1/events")
      streams.push({ tab: request.frame().page(), last: request.headers()["last-event-id"] });
  });
  const tabs = [page, await context.newPage(), await context.newPage()];
  for (const tab of tabs) await tab.goto(address);
  return { tabs, streams };
}

/** All rows there are to be, each once. */
async function whole(page: Page, names: string[]) {
  const listed = async () => (await rows(page).locator("td[data-main=true] > a").allTextContents()).sort();
  await expect.poll(listed).toEqual([...names].sort());
  for (const name of names) await expect(state(page, name)).toHaveText("Completed");
}

test("one tab listens for all, and when it is closed another goes on from where it was", async ({
  page,
  context,
  request,
}) => {
  test.setTimeout(120_000);
  const hub = await Hub.of(request, "alice");
  const name = unique("tabs");
  await signIn(page, "alice");
  const { tabs, streams } = await three(page, context, `/jobs?name=${name}`);
  for (const tab of tabs) await expect(tab.getByText("No job fits these filters")).toBeVisible();
  const names = [`${name}-0`];
  await hub.run(`${name}-0`, "true");
  for (const tab of tabs) await whole(tab, names);
  expect(streams).toHaveLength(1);

  const [{ tab: leader }] = streams as [(typeof streams)[number]];
  const others = tabs.filter((tab) => tab !== leader);
  const submitted = (async () => {
    for (let number = 1; number <= 6; number++) {
      names.push(`${name}-${number}`);
      await hub.run(`${name}-${number}`, "true");
    }
  })();
  await expect.poll(() => names.length).toBeGreaterThan(3);
  await leader.close();
  await submitted;
  for (const tab of others) await whole(tab, names);
  expect(streams).toHaveLength(2);
  expect(others).toContain(streams[1]?.tab);
  expect(Number(streams[1]?.last)).toBeGreaterThan(0);
});

/** One's jobs at the end of a wire; what is done with it is undone at the end. */
async function wired(page: Page, hub: string | undefined, work: (wire: Wire, address: string) => Promise<void>) {
  const wire = await Wire.to(hub as string);
  try {
    await signIn(page, "alice");
    await work(wire, `${wire.url}/jobs`);
  } finally {
    wire.close();
  }
}

test("what changed while the computer was offline is there afterwards, without a reload", async ({
  page,
  context,
  request,
  baseURL,
}) => {
  test.setTimeout(120_000);
  const hub = await Hub.of(request, "alice");
  const name = unique("offline");
  const first = await hub.run(`${name}-a`, "sleep 300");
  await hub.until(first, "running");
  await wired(page, baseURL, async (wire, address) => {
    await page.goto(`${address}?name=${name}`);
    await expect(state(page, `${name}-a`)).toHaveText("Running");
    await page.evaluate(() => Object.assign(window, { kept: true }));
    await context.setOffline(true);
    wire.cut();
    await expect(page.getByText("You are offline.")).toBeVisible();
    await hub.cancel(first);
    await hub.until(first, "canceled");
    await hub.until(await hub.run(`${name}-b`, "true"), "finished");
    await expect(state(page, `${name}-a`)).toHaveText("Running");
    wire.mend();
    await context.setOffline(false);
    await expect(state(page, `${name}-a`)).toHaveText("Canceled");
    await expect(state(page, `${name}-b`)).toHaveText("Completed");
    await expect(rows(page)).toHaveCount(2);
    await expect(page.getByText("You are offline.")).toBeHidden();
    expect(await page.evaluate(() => "kept" in window)).toBe(true);
  });
});

test("a stream that went dead as the computer slept is begun anew from its last event", async ({
  page,
  context,
  request,
  baseURL,
}) => {
  const hub = await Hub.of(request, "alice");
  const name = unique("asleep");
  await context.clock.install();
  await wired(page, baseURL, async (wire, address) => {
    const { tabs, streams } = await three(page, context, `${address}?name=${name}`);
    await hub.until(await hub.run(`${name}-a`, "true"), "finished");
    for (const tab of tabs) await whole(tab, [`${name}-a`]);
    expect(streams.map(({ last }) => last)).toEqual([undefined]);
    wire.silence("/api/v1/events");
    await hub.until(await hub.run(`${name}-b`, "true"), "finished");
    // Longer than the hub is ever silent.
    await context.clock.fastForward(60_000);
    await expect.poll(() => streams.length).toBe(2);
    await hub.run(`${name}-c`, "true");
    for (const tab of tabs) await whole(tab, [`${name}-a`, `${name}-b`, `${name}-c`]);
    expect(streams).toHaveLength(2);
    expect(Number(streams[1]?.last)).toBeGreaterThan(0);
  });
});

test("three tabs that wake up when their access token has ended refresh it once", async ({ page, context }) => {
  const MACHINES = "**/api/v1/machines?*";
  /** An access token is good for ten minutes; the hub's clock has moved on as well. */
  const slept = 9.75 * 60_000;
  let awake = false;
  let refreshed = 0;
  await context.route("**/api/v1/sessions/refresh", async (route) => {
    refreshed += 1;
    const answer = await route.fetch();
    const signed = (await answer.json()) as { expires_at: string };
    const expires_at = new Date(Date.parse(signed.expires_at) + (awake ? slept : 0)).toISOString();
    return route.fulfill({ response: answer, json: { ...signed, expires_at } });
  });
  await signIn(page, "alice");
  await context.clock.install();
  const { tabs } = await three(page, context, "/machines");
  for (const tab of tabs) await expect(tab.getByRole("link", { name: "This machine" })).toBeVisible();
  refreshed = 0;
  awake = true;
  const asked = tabs.map((tab) => tab.waitForResponse(MACHINES));
  await context.clock.fastForward(slept);
  for (const answer of await Promise.all(asked)) expect(answer.status()).toBe(200);
  expect(refreshed).toBe(1);
  for (const tab of tabs) await expect(tab.getByRole("link", { name: "This machine" })).toBeVisible();
});

test("three tabs whose token the hub no longer takes refresh it once", async ({ page, context }) => {
  let refused = 0;
  let refreshed = 0;
  await signIn(page, "alice");
  const { tabs } = await three(page, context, "/machines");
  for (const tab of tabs) await expect(tab.getByRole("link", { name: "This machine" })).toBeVisible();
  context.on("request", (request) => {
    if (request.url().endsWith("/sessions/refresh")) refreshed += 1;
  });
  let old: string | undefined;
  let all: () => void = () => undefined;
  /** All of them hear it at the same moment. */
  const together = new Promise<void>((done) => {
    all = done;
  });
  await context.route("**/api/v1/quota", async (route) => {
    const token = route.request().headers().authorization;
    old ??= token;
    if (token !== old) return route.continue();
    refused += 1;
    if (refused === tabs.length) all();
    await together;
    return route.fulfill({
      status: 401,
      json: { kind: "unauthenticated", code: "unauthenticated", message: "it ended" },
    });
  });
  const asked = tabs.map((tab) => tab.waitForResponse((answer) => answer.url().endsWith("/quota") && answer.ok()));
  for (const tab of tabs) await tab.getByRole("navigation").getByRole("link", { name: "Overview" }).click();
  await Promise.all(asked);
  expect(refreshed).toBe(1);
});
