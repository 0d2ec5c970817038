/** How fast the first pages are: `tool/web bench` prints each figure as a line of JSON. */

import { defineConfig } from "@playwright/test";
import config from "./playwright.config";

export default defineConfig({
  ...config,
  testMatch: "**/*.bench.ts",
  projects: config.projects?.filter(({ name }) => name === "chromium"),
  workers: 1,
  retries: 0,
  reporter: "./tests/figure.ts",
  use: { ...config.use, trace: "off" },
});
