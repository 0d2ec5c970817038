#!/usr/bin/env node
/**
 * Debian's Firefox for Playwright, which speaks a later WebDriver BiDi than it: commands this Firefox does not know yet are
 * answered as done. Those are settings (where downloads go, what a screen is like) that no test here relies on.
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { WebSocketServer } from "ws";

const LISTENING = /WebDriver BiDi listening on (ws:\/\/\S+)/;

const firefox = spawn("/usr/bin/firefox-esr", process.argv.slice(2), { stdio: ["inherit", "inherit", "pipe"] });
firefox.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => firefox.kill(signal));
createInterface({ input: firefox.stderr }).on("line", (line) => {
  const real = LISTENING.exec(line)?.[1];
  if (real) bridge(real);
  else process.stderr.write(`${line}\n`);
});

function bridge(real) {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 }, () =>
    process.stderr.write(`WebDriver BiDi listening on ws://127.0.0.1:${server.address().port}\n`),
  );
  server.on("connection", (client, { url }) => {
    const browser = new WebSocket(new URL(url, real));
    const opened = new Promise((done) => browser.addEventListener("open", done));
    client.on("message", (data) => void opened.then(() => browser.send(data.toString())));
    client.on("close", () => browser.close());
    browser.addEventListener("message", ({ data }) => client.send(known(data)));
    browser.addEventListener("close", () => client.close());
  });
}

function known(data) {
  const { type, error, id } = JSON.parse(data);
  return type === "error" && error === "unknown command" ? JSON.stringify({ type: "success", id, result: {} }) : data;
}
