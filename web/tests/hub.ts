/** What tests ask of the hub directly: jobs to look at, made through its API by a person of the demo. */

import type { APIRequestContext } from "@playwright/test";
import { password, ready } from "./people";

export class Hub {
  private constructor(
    private readonly request: APIRequestContext,
    private readonly token: string,
  ) {}

  static async of(request: APIRequestContext, name: string) {
    const data = { name, password: password(name) };
    const answer = await request.post(`${ready.url}/api/v1/sessions`, { data });
    return new Hub(request, ((await answer.json()) as { access_token: string }).access_token);
  }

  private headers(more: Record<string, string> = {}) {
    return { authorization: `Bearer ${this.token}`, ...more };
  }

  async upload(path: string, text: string): Promise<string> {
    const bytes = Buffer.from(text);
    const tus = { "tus-resumable": "1.0.0" };
    const named = `filename ${Buffer.from(path).toString("base64")}`;
    const begun = await this.request.post(`${ready.url}/api/v1/uploads`, {
      headers: this.headers({ ...tus, "upload-length": String(bytes.length), "upload-metadata": named }),
    });
    const place = new URL(begun.headers().location as string, ready.url).href;
    const done = await this.request.patch(place, {
      headers: this.headers({ ...tus, "upload-offset": "0", "content-type": "application/offset+octet-stream" }),
      data: bytes,
    });
    return done.headers()["tieline-file"] as string;
  }

  /** Runs a shell script; gives the job's id. */
  async run(name: string, script: string): Promise<string> {
    const file = await this.upload(`${name}.sh`, `#!/bin/sh\n${script}\n`);
    return this.submit({ app: "shell", params: {}, files: { script: [file] }, cores: 1, time_s: 600, name });
  }

  /** Asks for a job; gives its id. */
  async submit(data: object): Promise<string> {
    const answer = await this.request.post(`${ready.url}/api/v1/jobs`, { headers: this.headers(), data });
    if (!answer.ok()) throw new Error(await answer.text());
    return ((await answer.json()) as { id: string }).id;
  }

  /** Anything else of the API; gives what it answers. */
  async ask<Answer>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, data?: object): Promise<Answer> {
    const answer = await this.request.fetch(`${ready.url}/api/v1${path}`, { method, headers: this.headers(), data });
    if (!answer.ok()) throw new Error(await answer.text());
    return (await answer.text().then((text) => (text ? JSON.parse(text) : undefined))) as Answer;
  }

  async job(id: string) {
    const answer = await this.request.get(`${ready.url}/api/v1/jobs/${id}`, { headers: this.headers() });
    return (await answer.json()) as { base: string; state: string };
  }

  /** Waits until the job is in this base state. */
  async until(id: string, base: string) {
    for (let time = 0; time < 200; time++) {
      if ((await this.job(id)).base === base) return;
      await new Promise((later) => setTimeout(later, 150));
    }
    throw new Error(`${id} is ${JSON.stringify(await this.job(id))} and not ${base}`);
  }

  async cancel(id: string) {
    await this.request.post(`${ready.url}/api/v1/jobs/${id}/cancel`, { headers: this.headers(), data: {} });
  }
}

/** A name no other job has. */
export const unique = (word: string) => `${word}-${Date.now().toString(36)}${Math.floor(Math.random() * 1000)}`;
