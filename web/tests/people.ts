/** The people of the demo platform, and how they sign in. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

type Ready = {
  url: string;
  users: { name: string; password: string; roles: string[] }[];
  centers: { name: string; machines: string[] }[];
};

const file = process.env.TIELINE_READY;
if (!file) throw new Error("TIELINE_READY names the file in which `tieline demo --ready` tells its people");
export const ready = JSON.parse(readFileSync(file, "utf8")) as Ready;

export function password(name: string) {
  const user = ready.users.find((one) => one.name === name);
  if (!user) throw new Error(`the demo has nobody called ${name}`);
  return user.password;
}

/** Signs in through the page, as a person does; in English and in the light theme where nothing else is said. */
export async function signIn(
  page: Page,
  name: string,
  look: { language?: "en" | "zh"; theme?: "light" | "dark" } = {},
) {
  const { language = "en", theme = "light" } = look;
  await page.addInitScript(
    ([spoken, shown]) => {
      localStorage.setItem("tieline.language", spoken as string);
      localStorage.setItem("tieline.theme", shown as string);
    },
    [language, theme],
  );
  await page.goto("/sign-in");
  await page.locator("#name, input[autocomplete=username]").first().fill(name);
  await page.locator("input[type=password]").fill(password(name));
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}
