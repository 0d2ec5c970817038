/** The pages and states to look at, in the order of the navigation. */

import { expect, type Page } from "@playwright/test";
import { input } from "./work";

export type Scene = {
  name: string;
  who: "alice" | "newcomer" | "admin" | "olivia" | null;
  /** A job stands in it by its name, in braces. */
  address: string;
  /** Brings the page into the state to look at. */
  make?: (page: Page) => Promise<unknown>;
  /** Leaves the page as it was. */
  leave?: (page: Page) => Promise<unknown>;
};

const press = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();
const dialog = (button: string) => async (page: Page) => {
  await press(button)(page);
  await page.getByRole("dialog").waitFor();
};
const close = (page: Page) => page.keyboard.press("Escape").then(() => expect(page.getByRole("dialog")).toHaveCount(0));

async function afresh(page: Page) {
  await press("Start over")(page);
  await press("Close")(page);
}

async function filled(page: Page) {
  const buffer = Buffer.from(input);
  await page.locator("input[type=file]").first().setInputFiles({ name: "in.melt", mimeType: "text/plain", buffer });
  await page.getByRole("button", { name: "Remove in.melt" }).waitFor();
  await page.getByLabel("Copies along x").fill("4");
  await page.getByLabel("Cores").fill("2");
  await page
    .locator(".machine")
    .getByText(/at most/)
    .first()
    .waitFor();
}

async function wrong(page: Page) {
  await page.getByLabel("Copies along x").fill("0");
  await page.getByLabel("Cores").fill("4096");
  await page.getByText("Too many cores").first().waitFor();
  await press("Submit")(page);
  await page.getByText("A file is needed.").waitFor();
}

const unfold = (page: Page) => page.locator("main summary").first().click();
const pickAll = (page: Page) => page.getByRole("checkbox", { name: "Pick all rows" }).check();

async function search(page: Page) {
  await page.getByRole("searchbox", { name: "Find in the file" }).fill("energy");
  await page.keyboard.press("Enter");
  await page.getByText("100 lines up to line 100").waitFor();
}

async function refused(page: Page) {
  await page.getByLabel("Name").fill("alice");
  await page.getByLabel("Password").fill("not this one");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
}

async function misspelt(page: Page) {
  await dialog("Add a person")(page);
  await page.getByRole("dialog").getByLabel("User name").fill("Not a name");
  await press("Add this person")(page);
  await page.locator(".ant-form-item-explain-error").first().waitFor();
}

async function join(page: Page) {
  await press("New join token")(page);
  await page.getByRole("dialog").getByText("Enrol the gateway").waitFor();
}

const person =
  (who: Scene["who"]) => (name: string, address: string, make?: Scene["make"], leave?: Scene["leave"]) => ({
    name,
    who,
    address,
    make,
    leave,
  });
const visitor = person(null);
const alice = person("alice");
const admin = person("admin");

export const scenes: Scene[] = [
  visitor("sign-in", "/sign-in"),
  visitor("sign-in-refused", "/sign-in", refused),
  visitor("apps-visitor", "/apps"),
  visitor("apps-none", "/apps?search=nothing"),
  visitor("form-visitor", "/apps/lammps"),
  visitor("not-found", "/nowhere"),
  person("newcomer")("overview-new", "/"),
  person("newcomer")("jobs-new", "/jobs"),
  person("newcomer")("account-new", "/account"),
  alice("overview", "/"),
  alice("apps", "/apps"),
  alice("form", "/apps/lammps"),
  alice("form-wrong", "/apps/lammps", wrong, afresh),
  alice("form-filled", "/apps/lammps", filled, afresh),
  alice("form-advanced", "/apps/gromacs", unfold),
  alice("form-templates", "/apps/lammps", dialog("Templates"), close),
  alice("form-space", "/apps/lammps", dialog("pick from your files"), close),
  alice("jobs", "/jobs"),
  alice("jobs-failed", "/jobs?class=failed&span=week&app=shell"),
  alice("jobs-none", "/jobs?class=queued&app=none"),
  alice("jobs-picked", "/jobs", pickAll, (page) => page.reload()),
  alice("jobs-deleted", "/jobs?class=deleted"),
  alice("job", "/jobs/{argon-melt-500}"),
  alice("job-failed", "/jobs/{relax-vacancy}"),
  alice("job-running", "/jobs/{argon-cooling}"),
  alice("job-waiting", "/jobs/{band-structure-si}"),
  alice("job-canceled", "/jobs/{stopped-by-hand}"),
  alice("job-long", "/jobs/{a-name-that-somebody-made-from-all-of-the-parameters-T300-P1.0-seed42-copy-of-copy}"),
  alice("job-log", "/jobs/{argon-melt-500}?tab=log"),
  alice("job-log-errors", "/jobs/{relax-vacancy}?tab=log&stream=stderr"),
  alice("job-files", "/jobs/{files-of-all-kinds}?tab=files"),
  alice("job-files-folder", "/jobs/{files-of-all-kinds}?tab=files&folder=results/frames"),
  alice("job-file", "/jobs/{files-of-all-kinds}?tab=files&file=energy.log&line=7", search),
  alice("job-file-binary", "/jobs/{files-of-all-kinds}?tab=files&file=results/frames/trajectory.bin"),
  alice("job-scripts", "/jobs/{argon-melt-500}?tab=scripts"),
  alice("machines", "/machines"),
  alice("machine", "/machines/workbench"),
  alice("account", "/account"),
  alice("account-member", "/account", dialog("Add a person"), close),
  alice("profile", "/profile"),
  alice("profile-token", "/profile", dialog("New token"), close),
  alice("no-permission", "/admin/people"),
  person("olivia")("centers-operator", "/admin/centers"),
  admin("centers", "/admin/centers"),
  admin("centers-add", "/admin/centers", dialog("Add a center"), close),
  admin("centers-join", "/admin/centers", join, close),
  admin("people", "/admin/people"),
  admin("people-add", "/admin/people", misspelt, close),
  admin("people-money", "/admin/people", dialog("Add money for newcomer"), close),
  admin("prices", "/admin/prices", unfold),
  admin("prices-set", "/admin/prices", dialog("Set a price"), close),
  admin("audit", "/admin/audit"),
  admin("audit-filtered", "/admin/audit?action=price.set&actor=admin", unfold),
  admin("audit-none", "/admin/audit?actor=nobody"),
];
