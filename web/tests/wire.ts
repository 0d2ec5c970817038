/** A wire between a browser and the hub, that can be cut, or go dead without a word as it does when a computer sleeps. */

import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

type Line = { near: Socket; far: Socket; asked: string };

export class Wire {
  private readonly server: Server;
  private readonly open = new Set<Line>();
  private whole = true;

  private constructor(hub: URL) {
    this.server = createServer((near) => {
      if (!this.whole) return near.destroy();
      const line: Line = { near, far: connect(Number(hub.port), hub.hostname), asked: "" };
      this.open.add(line);
      near.on("data", (bytes) => {
        line.asked = String(bytes);
      });
      near.pipe(line.far).pipe(near);
      near.on("error", () => line.far.destroy()).on("close", () => this.open.delete(line));
      line.far.on("error", () => near.destroy());
    });
  }

  static async to(hub: string) {
    const wire = new Wire(new URL(hub));
    await new Promise<void>((ready) => wire.server.listen(0, "127.0.0.1", ready));
    return wire;
  }

  /** Where the hub is found through it. */
  get url() {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Whatever is under way breaks, and nothing gets through until it is mended. */
  cut() {
    this.whole = false;
    for (const { near, far } of this.open) for (const end of [near, far]) end.destroy();
  }

  mend() {
    this.whole = true;
  }

  /** The connection over which this was asked for stays open, and carries nothing any more. */
  silence(path: string) {
    const lines = [...this.open].filter(({ asked }) => asked.startsWith(`GET ${path} `));
    if (lines.length === 0) throw new Error(`nobody waits for ${path}`);
    for (const { near, far } of lines) for (const end of [near, far]) end.unpipe().pause();
  }

  close() {
    this.cut();
    this.server.close();
  }
}
