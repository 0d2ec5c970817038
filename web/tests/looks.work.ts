/** What every page has something to show of: jobs in all states, people, money, prices, templates, tokens. Made once. */

import type { APIRequestContext } from "@playwright/test";
import { Hub } from "./hub";
import { ready } from "./people";
import { input, work } from "./work";

const secret = "gravel otter lantern";
type Job = { id: string; name: string };
const files = [
  "mkdir -p results/frames",
  "seq -f 'step %.0f energy -7.31' 1 1200 > energy.log",
  "printf 'time,temperature\\n0,300\\n1,301\\n' > results/temperature.csv",
  "head -c 70000 /dev/urandom > results/frames/trajectory.bin",
  "echo '{\"converged\": true}' > summary.json",
  "echo 'the run of 2026 went well, see energy.log'",
  "ln -s energy.log latest.log; mkdir empty",
];

/** The jobs by name. */
export async function prepare(request: APIRequestContext): Promise<Map<string, string>> {
  ready.users.push({ name: "newcomer", password: secret, roles: [] });
  const alice = await Hub.of(request, "alice");
  const kept = await jobs(alice);
  if (kept.has("phonons-al")) return kept;
  await arrange(request);
  await alice.until(await alice.run("files-of-all-kinds", files.join("\n")), "finished");
  const thrown = await alice.run("thrown-away", "true");
  await alice.until(thrown, "finished");
  await alice.ask("DELETE", `/jobs/${thrown}`);
  const stopped = await alice.run("stopped-by-hand", "sleep 600");
  await alice.until(stopped, "running");
  await alice.cancel(stopped);
  await alice.until(stopped, "canceled");
  // From here on the machine is full.
  await work(alice);
  const long = await alice.submit({
    app: "shell",
    params: {},
    files: { script: [await alice.upload("wide.sh", "#!/bin/sh\ntrue\n")] },
    cores: 2,
    time_s: 86_400,
    name: "a-name-that-somebody-made-from-all-of-the-parameters-T300-P1.0-seed42-copy-of-copy",
  });
  await alice.ask("PATCH", `/jobs/${long}`, { remark: "the second try, with a smaller time step" });
  return jobs(alice);
}

async function jobs(hub: Hub): Promise<Map<string, string>> {
  const { items } = await hub.ask<{ items: Job[] }>("GET", "/jobs?limit=100");
  return new Map(items.map(({ id, name }) => [name, id]));
}

/** People, money, prices and what one keeps for oneself. */
async function arrange(request: APIRequestContext) {
  const admin = await Hub.of(request, "admin");
  const alice = await Hub.of(request, "alice");
  const { items } = await admin.ask<{ items: { id: string }[] }>("GET", "/centers");
  const [center] = items;
  const newcomer = { name: "newcomer", display_name: "Nova Comer", password: secret, roles: [] };
  await admin.ask("POST", "/users", newcomer);
  const operator = { name: "wei", display_name: "王伟", password: secret, roles: [`center-operator:${center?.id}`] };
  await admin.ask("POST", "/users", operator);
  await admin.ask("PUT", "/users/wei/blocked", { blocked: true });
  await admin.ask("POST", "/accounts", { name: "fluids-group", owner: "alice" });
  await admin.ask("POST", "/accounts/fluids-group/topups", {
    sum: { micros: 250_000_000, currency: "CNY" },
    reason: "Grant",
  });
  await alice.ask("PUT", "/accounts/fluids-group/members/bob", { role: "member" });
  const price = { machine: `${ready.centers[0]?.name}/workbench`, currency: "CNY", core_hour: 90_000 };
  await admin.ask("POST", "/prices", { ...price, account: "fluids-group" });
  await admin.ask("POST", "/prices", { ...price, account: "fluids-group", core_hour: 80_000 });
  await admin.ask("POST", "/centers", { name: "lake", title: "Lake Computing Center", organisation: "University" });
  await alice.ask("POST", "/tokens", { name: "nightly runs", expires_in_days: 90 });
  await alice.ask("POST", "/tokens", { name: "laptop" });
  const file = await alice.upload("in.melt", input);
  const request_of = { app: "lammps", params: { x: 4 }, files: { input: [file] }, cores: 2, time_s: 3600 };
  await alice.ask("POST", "/templates", { name: "small melt", request: request_of });
}
