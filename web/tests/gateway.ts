/** A gateway of a center of one's own, as an operator starts it: joined with the token of the page, then run. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export class Gateway {
  private readonly config: string;
  private readonly program: string;
  private child: ChildProcess | undefined;

  /** Its one machine has the given name, one core, and runs jobs as the processes of this computer. */
  constructor(machine: string) {
    const program = process.env.TIELINE_BIN;
    if (!program) throw new Error("TIELINE_BIN names the tieline program with which a center joins");
    this.program = program;
    const folder = mkdtempSync(join(tmpdir(), "tieline-center-"));
    const map = join(folder, "user-map.toml");
    this.config = join(folder, "gateway.toml");
    writeFileSync(map, "");
    const lines = [
      `state = "${join(folder, "state")}"`,
      `user_map = "${map}"`,
      "[[machines]]",
      `name = "${machine}"`,
      'title = "A machine of a test"',
      'driver = "fork"',
      "[machines.fork]",
      "cores = 1",
      "memory_mib = 512",
      "[machines.site]",
      'kind = "local"',
    ];
    writeFileSync(this.config, `${lines.join("\n")}\n`);
  }

  /** Runs the page's command as it stands there, but with this gateway's configuration. */
  async join(command: string) {
    const [, ...words] = command.trim().split(/\s+/);
    await promisify(execFile)(this.program, [...words, "--config", this.config]);
  }

  run() {
    this.child = spawn(this.program, ["gateway", "run", "--config", this.config], { stdio: "ignore" });
  }

  async stop() {
    const child = this.child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
  }
}
