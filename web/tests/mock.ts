/**
 * A hub that is made up, for what a real one is seldom in: whatever a page asks, it is answered by the least that the contract
 * allows, with what the test tells laid over it. Somebody is signed in, and the live events are open and say nothing.
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import type { components, paths } from "../src/api/schema";
import { least, operationAt } from "./contract";
import { type Look, look } from "./people";

type Schemas = components["schemas"];
type Json<Operation> = Operation extends { responses: { 200: { content: { "application/json": infer Answer } } } }
  ? Answer
  : never;

/** Some of an answer. What the contract leaves open, such as a fact or a form, may be anything. */
type Part<T> = T extends (infer One)[]
  ? Part<One>[]
  : T extends object
    ? string extends keyof T
      ? unknown
      : { [Name in keyof T]?: Part<T[Name]> }
    : T;

type Gets = { [Path in keyof paths]: paths[Path] extends { get: infer Operation } ? Part<Json<Operation>> : never };
export type Answer<Path extends keyof Gets> = Gets[Path];
/** What is told of each question, by its path: an answer, or how one is found from the address that was asked. */
export type Told = {
  [Path in keyof Gets]?: Answer<Path> | Trouble | ((asked: URL) => Answer<Path> | Trouble);
};

type World = Look & {
  /** Who is signed in; nobody, where it is null. */
  as?: Partial<Schemas["User"]> | null;
  told?: Told;
  /** What everything but the signing in meets with. */
  all?: Trouble;
  /** What the signing in meets with, for as long as it is there. */
  entrance?: { trouble?: Trouble };
};

/** The id that every answer carries, by which an administrator finds the request in the hub's log. */
export const REQUEST = "req_01jd3k0000000000000000000a";

const kinds: Record<number, string> = {
  403: "forbidden",
  404: "not_found",
  429: "throttled",
  500: "internal",
  503: "unavailable",
};

/** An answer that went wrong. */
export class Trouble {
  readonly body: Schemas["ErrorBody"];

  constructor(
    readonly status: keyof typeof kinds,
    body: Partial<Schemas["ErrorBody"]> = {},
  ) {
    const kind = kinds[status] ?? "invalid";
    this.body = { kind, code: kind, message: `it is ${kind}`, ...body };
  }
}

export async function mock(page: Page, { as = {}, told = {}, all, entrance = {}, ...how }: World = {}) {
  await look(page, how);
  if (as) await page.addInitScript(() => localStorage.setItem("tieline.signed-in", "1"));
  const user = { id: "usr_me", name: "mia", display_name: "Mia", roles: ["user"], ...as };
  const live = await events(page);
  await page.route("**/api/v1/**", (route) => {
    const asked = new URL(route.request().url());
    const method = route.request().method().toLowerCase();
    const { path, status, schema } = operationAt(method, asked.pathname);
    const entering = method === "post" && path.startsWith("/api/v1/sessions");
    if (path === "/api/v1/events" && !all) return route.continue({ url: live });
    const headers: Record<string, string> = { "x-request-id": REQUEST };
    const say = () => {
      if (entering) return entrance.trouble ?? { user, expires_at: new Date(Date.now() + 3_600_000).toISOString() };
      if (all) return all;
      if (path === "/api/v1/me") return user;
      const known = method === "get" ? (told as Record<string, unknown>)[path] : undefined;
      return typeof known === "function" ? known(asked) : known;
    };
    const said = say();
    if (said instanceof Trouble) {
      const { retry_after_s: wait } = said.body;
      if (wait) headers["retry-after"] = String(wait);
      return route.fulfill({ status: said.status, headers, json: said.body });
    }
    return schema ? route.fulfill({ status, headers, json: least(schema, said) }) : route.fulfill({ status, headers });
  });
}

/** Live events that stay open for as long as the page does; gives their address. */
async function events(page: Page): Promise<string> {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/event-stream" });
    answer.write(": here\n\n");
  });
  server.unref();
  page.once("close", () => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
