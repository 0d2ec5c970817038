/** Waits until the platform has its people and its center. */

import { existsSync } from "node:fs";

export default async function ready() {
  for (let tries = 0; tries < 600; tries += 1) {
    if (existsSync(process.env.TIELINE_READY as string)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("the demonstration is not ready after a minute");
}
