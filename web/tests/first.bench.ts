/** The first page of somebody whose browser has nothing of the platform yet: when it can be used, whether it jumps, how much is loaded. */

import { type Browser, expect, type Page, test } from "@playwright/test";
import { figure } from "./figure";
import { look, signIn } from "./people";

const ROUNDS = 7;
/** Seconds, shares of the window, kilobytes: what `docs/plans` and the design promise. */
const TARGET = { interactive: 1, shift: 0.01, script: 300 };

type First = {
  name: string;
  address: string;
  /** Who has signed in. */
  as?: string;
  /** What one uses first, and what is there once it has answered. */
  control: string;
  answered: string;
};

const pages: First[] = [
  {
    name: "sign-in",
    address: "/sign-in",
    control: "main button[type=submit]",
    answered: ".ant-form-item-explain-error",
  },
  {
    name: "apps",
    address: "/apps",
    control: ".chips button + button",
    answered: ".chips button + button[aria-pressed=true]",
  },
  { name: "overview", address: "/", as: "alice", control: ".top [aria-haspopup=menu]", answered: ".top [role=menu]" },
];

type Seen = { there?: number; answered?: number; painted: number; shift: number; script: number };

/** Notes in the page when the heading and the control are there, and when the control has answered: by the page's own clock. */
function watch([control, answered]: [string, string]) {
  const seen: Partial<Seen> = {};
  Object.assign(window, { seen });
  const look = () => {
    const there = document.querySelector("main h1") && document.querySelector(control);
    if (there) seen.there ??= performance.now();
    if (there && document.querySelector(answered)) seen.answered ??= performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shift += (entry as PerformanceEntry & { value: number }).value;
    seen.shift = shift;
  }).observe({ type: "layout-shift", buffered: true });
}

/** The middle of the control, once it and the heading are there. */
const whereIs = (control: string) => {
  const box = document.querySelector("main h1") && document.querySelector(control)?.getBoundingClientRect();
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : undefined;
};

/** Whether the page has all it asked for at first: nothing has come for half a second. */
const calm = () => {
  const last = performance
    .getEntriesByType("resource")
    .map((entry) => (entry as PerformanceResourceTiming).responseEnd);
  return !document.querySelector(".loading") && performance.now() - Math.max(0, ...last) > 500;
};

const read = (): Seen => {
  const { seen } = window as unknown as { seen: Partial<Seen> };
  const loaded = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const scripts = loaded.filter(({ name, startTime }) => name.endsWith(".js") && startTime < (seen.there ?? 0));
  return {
    ...seen,
    painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    shift: seen.shift ?? 0,
    script: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  };
};

/** Opens the page with a cold cache and waits until it has all it shows; one who is in a hurry uses it as soon as that is possible. */
async function once(browser: Browser, first: First, hurry: boolean): Promise<Seen> {
  const context = await browser.newContext({ locale: "en-GB" });
  const page: Page = await context.newPage();
  if (first.as) await signIn(page, first.as);
  else await look(page);
  await page.addInitScript(watch, [first.control, first.answered] as [string, string]);
  await page.goto(first.address, { waitUntil: "commit" });
  if (hurry) {
    // Looked for in each frame: Playwright's own clicks look now and then, and first wait until nothing moves.
    const middle = await page.waitForFunction(whereIs, first.control, { polling: "raf" });
    const { x, y } = (await middle.jsonValue()) as { x: number; y: number };
    await page.mouse.click(x, y);
    await page.locator(first.answered).first().waitFor();
  }
  await page.locator(first.control).first().waitFor();
  await page.waitForFunction(calm);
  const seen = await page.evaluate(read);
  await context.close();
  return seen;
}

for (const first of pages)
  test(first.name, async ({ browser }) => {
    test.setTimeout(180_000);
    const used: Seen[] = [];
    // Movement right after a click is not counted by browsers: whether the page jumps is seen where nobody touches it.
    const left: Seen[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      used.push(await once(browser, first, true));
      left.push(await once(browser, first, false));
    }
    const say = (name: string, unit: string, values: number[], target: number) => {
      expect(values.every(Number.isFinite), name).toBe(true);
      process.stdout.write(`${figure("first-page", `${first.name}, ${name}`, unit, values, target)}\n`);
    };
    const seconds = (value: number | undefined) => (value ?? Number.NaN) / 1000;
    say(
      "first paint",
      "s",
      used.map(({ painted }) => seconds(painted)),
      TARGET.interactive,
    );
    say(
      "heading and control",
      "s",
      used.map(({ there }) => seconds(there)),
      TARGET.interactive,
    );
    say(
      "a click is answered",
      "s",
      used.map(({ answered }) => seconds(answered)),
      TARGET.interactive,
    );
    say(
      "layout shift",
      "share of the window",
      left.map(({ shift }) => shift),
      TARGET.shift,
    );
    say(
      "script",
      "kB",
      left.map(({ script }) => script / 1000),
      TARGET.script,
    );
  });
