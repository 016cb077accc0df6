/** Runs Vitest and Playwright, shows what they print, and counts what they report. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { NODE, ROOT, run } from "./processes.ts";

export type Totals = { readonly passed: number; readonly failed: number; readonly skipped: number };

export const NOTHING: Totals = { passed: 0, failed: 0, skipped: 0 };
export const PASSED: Totals = { ...NOTHING, passed: 1 };
export const FAILED: Totals = { ...NOTHING, failed: 1 };

type Environment = Readonly<Record<string, string>>;
export type Runners = {
  /** `prefix` goes before the command: where it is run. */
  readonly vitest: (
    name: string,
    args: readonly string[],
    prefix?: readonly string[],
    env?: Environment,
  ) => Promise<Totals>;
  readonly playwright: (
    name: string,
    prefix: readonly string[],
    args: readonly string[],
    env: Environment,
  ) => Promise<Totals>;
};

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numFailedTestSuites: z.number(),
});

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

/** Reports are written into `folder`. */
export function createRunners(folder: string): Runners {
  async function vitest(
    name: string,
    args: readonly string[],
    prefix: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Totals> {
    const report = join(folder, `vitest-${name}.json`);
    const program = join(ROOT, "node_modules/vitest/vitest.mjs");
    const reporting = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const exitCode = await run(name, [...prefix, NODE, program, "run", ...args, ...reporting], env);
    const read = readReport(report, vitestReport);
    if (read === null) return FAILED;
    const failed = read.numFailedTests;
    // A file that does not even load has no test that failed.
    return {
      passed: read.numPassedTests,
      failed: failed === 0 && exitCode !== 0 ? 1 : failed,
      skipped: read.numPendingTests,
    };
  }

  async function playwright(
    name: string,
    prefix: readonly string[],
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Totals> {
    const report = join(folder, `playwright-${name}.json`);
    const program = join(ROOT, "node_modules/@playwright/test/cli.js");
    const argv = [...prefix, NODE, program, ...args, "--reporter=list,json"];
    const exitCode = await run(name, argv, { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
    const read = readReport(report, playwrightReport);
    if (read === null) return FAILED;
    const { expected, unexpected, flaky, skipped } = read.stats;
    const failed = unexpected + flaky;
    return { passed: expected, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped };
  }

  return { vitest, playwright };
}

function readReport<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return schema.parse(value);
  } catch {
    return null;
  }
}

export function sum(one: Totals, other: Totals): Totals {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

export function describe({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
