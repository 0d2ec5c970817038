/** What a measurement prints: one JSON line for each figure on stdout, as `tool/bench` does; talk goes to stderr. */

import type { Reporter, TestCase, TestError, TestResult } from "@playwright/test/reporter";

const median = (values: number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};
const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** A figure from the values of all rounds, held against what was promised. */
export function figure(bench: string, name: string, unit: string, values: number[], target: number): string {
  const [ours, peer] = [rounded(median(values)), rounded(target)];
  const ratio = peer === 0 ? null : rounded(ours / peer);
  return JSON.stringify({ bench, figure: name, unit, ours, peer, peer_name: "target", ratio, rounds: values.length });
}

export default class Figures implements Reporter {
  onStdOut(text: string | Buffer) {
    process.stdout.write(text);
  }
  onStdErr(text: string | Buffer) {
    process.stderr.write(text);
  }
  onError(error: TestError) {
    process.stderr.write(`${error.stack ?? error.message}\n`);
  }
  onTestEnd(test: TestCase, { errors }: TestResult) {
    for (const { stack, message } of errors) process.stderr.write(`${test.title}: ${stack ?? message}\n`);
  }
  printsToStdio() {
    return true;
  }
}
