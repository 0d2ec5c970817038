/** Pictures of a demonstration in which some jobs ran: `tool/web shots` for the documents, `tool/web looks` for our eyes. */

import { defineConfig } from "@playwright/test";
import config from "./playwright.config";

export default defineConfig({
  ...config,
  testMatch: "**/*.shots.ts",
  projects: config.projects?.filter(({ name }) => name === "chromium"),
  workers: 1,
});
