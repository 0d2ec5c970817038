/** Tests in a real browser against a real platform: a demonstration of its own for each run. */

import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defineConfig, devices } from "@playwright/test";

/** Workers read this file too, so what is chosen once stands in the environment. */
process.env.TIELINE_BIN ??= resolve(import.meta.dirname, "../target/debug/tieline");
process.env.TIELINE_PORT ??= String(20_000 + Math.floor(Math.random() * 8000));
process.env.TIELINE_FOLDER ??= mkdtempSync(join(tmpdir(), "tieline-e2e-"));
process.env.TIELINE_READY ??= join(process.env.TIELINE_FOLDER, "ready.json");
process.env.TIELINE_DOWNLOADS = join(process.env.TIELINE_FOLDER, "downloads");
mkdirSync(process.env.TIELINE_DOWNLOADS, { recursive: true });
const { TIELINE_BIN: program, TIELINE_PORT: port, TIELINE_FOLDER: folder, TIELINE_READY: ready } = process.env;
const url = process.env.TIELINE_URL ?? `http://127.0.0.1:${port}`;

/** Debian's browser needs no download; as root it has no sandbox, and it is to ask nobody outside for anything. */
const chromium = {
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export default defineConfig({
  testDir: "tests",
  testMatch: "**/*.spec.ts",
  outputDir: join(folder, "results"),
  globalSetup: "./tests/ready.ts",
  // One platform serves all tests, on two cores.
  workers: 2,
  // Where everything is tested at once the machine is busy; what needs another try is named flaky.
  retries: process.env.CI ? 2 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    baseURL: url,
    trace: { mode: "retain-on-failure", screenshots: false },
    locale: "en-GB",
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
  },
  projects: [
    { name: "chromium", use: { ...devices["Desktop Chrome"], launchOptions: chromium } },
    {
      name: "firefox",
      testMatch: "path.spec.ts",
      use: {
        ...devices["Desktop Firefox"],
        channel: "moz-firefox",
        launchOptions: {
          executablePath: resolve(import.meta.dirname, "tests/firefox/esr.mjs"),
          firefoxUserPrefs: { "browser.download.folderList": 2, "browser.download.dir": process.env.TIELINE_DOWNLOADS },
        },
      },
    },
  ],
  webServer: process.env.TIELINE_URL
    ? undefined
    : {
        command: `exec ${program} demo --dir ${folder}/demo --port ${port} --ready ${ready}`,
        url: `${url}/api/v1/version`,
        timeout: 60_000,
        gracefulShutdown: { signal: "SIGINT", timeout: 10_000 },
      },
});
