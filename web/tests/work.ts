/** A researcher's work, for pictures. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Hub } from "./hub";

export const input = readFileSync(resolve(import.meta.dirname, "../../packages/lammps/examples/in.melt"), "utf8");

/** Calculations as a researcher has them: done, failed, running, waiting. Gives one that went well, and what is to be ended. */
export async function work(hub: Hub) {
  const file = await hub.upload("in.melt", input);
  const melt = (name: string, steps: number, size: number) => {
    const params = { x: size, y: 1, z: 1, variables: `steps=${steps}` };
    return hub.submit({ app: "lammps", params, files: { input: [file] }, cores: 1, time_s: 3600, name });
  };
  const done = await melt("argon-melt-500", 2000, 1);
  await hub.until(done, "finished");
  await hub.until(await melt("argon-melt-1000", 1500, 2), "finished");
  const words = "echo 'reading POSCAR'; echo 'ERROR: convergence not achieved after 60 steps' >&2; exit 3";
  await hub.until(await hub.run("relax-vacancy", words), "failed");
  await hub.until(await hub.run("collect-energies", "seq 1 200 > energies.csv"), "finished");
  const open = [await hub.run("argon-cooling", "sleep 600"), await hub.run("phonons-al", "sleep 600")];
  for (const job of open) await hub.until(job, "running");
  return { done, open: [...open, await hub.run("band-structure-si", "sleep 600")] };
}
