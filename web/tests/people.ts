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

export type Look = { language?: "en" | "zh"; theme?: "light" | "dark" };

/** English and the light theme, where nothing else is said. */
export async function look(page: Page, { language = "en", theme = "light" }: Look = {}) {
  await page.addInitScript(
    ([spoken, shown]) => {
      localStorage.setItem("tieline.language", spoken as string);
      localStorage.setItem("tieline.theme", shown as string);
    },
    [language, theme],
  );
}

/** Signs in as a person does, letter by letter. */
export async function enter(page: Page, name: string, secret = password(name)) {
  await page.goto("/sign-in");
  await page.getByLabel("Name", { exact: true }).pressSequentially(name);
  await page.getByLabel("Password", { exact: true }).pressSequentially(secret);
  await page.keyboard.press("Enter");
}

/** Opens the browser of somebody who has signed in: the cookie and the mark that signing in through the page leaves. */
export async function signIn(page: Page, name: string, how?: Look) {
  await look(page, how);
  const answer = await page.request.post("/api/v1/sessions", { data: { name, password: password(name) } });
  if (!answer.ok()) throw new Error(await answer.text());
  await page.addInitScript(() => localStorage.setItem("tieline.signed-in", "1"));
}
