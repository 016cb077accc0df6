/** Runs Vitest and Playwright, shows what they print, and counts what they report. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import { NODE, ROOT, run } from "./processes.ts";

export type Totals = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, by name: told at the very end too, for whoever is given no more than that. */
  readonly failures: readonly string[];
  /** Passed, but only when they were run once more: counted apart, named, and each a fault to be found. */
  readonly unsteady: readonly string[];
};

export const NOTHING: Totals = { passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [] };
export const PASSED: Totals = { ...NOTHING, passed: 1 };

export function failedAt(what: string): Totals {
  return { ...NOTHING, failed: 1, failures: [what] };
}

type Environment = Readonly<Record<string, string>>;
export type Runners = {
  /** `prefix` goes before the command: where it is run. */
  readonly vitest: (
    name: string,
    args: readonly string[],
    prefix?: readonly string[],
    env?: Environment,
  ) => Promise<Totals>;
  /** As `vitest`, with one more try for files that failed. */
  readonly vitestTwice: Runners["vitest"];
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
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  suites: z.array(z.unknown()),
});
const spec = z.object({ title: z.string(), tests: z.array(z.object({ status: z.string() })) });
const suite = z.object({ specs: z.array(z.unknown()), suites: z.array(z.unknown()).default([]) });

/** Where more than this fails, nothing was starved: something is broken. */
const MOST_FOR_ANOTHER_TRY = 3;

/** Tests whose name fits the pattern, and the files in which they are: all others need not even be loaded. */
export type Chosen = { readonly named: string; readonly files: readonly string[] };

/** Reports are written into `folder`; `chosen` leaves the others out. */
export function createRunners(folder: string, chosen: Chosen | null): Runners {
  async function vitest(
    name: string,
    args: readonly string[],
    prefix: readonly string[] = [],
    env: Environment = {},
  ): Promise<Totals & { readonly failedFiles: readonly string[] }> {
    const report = join(folder, `vitest-${name}.json`);
    const program = join(ROOT, "node_modules/vitest/vitest.mjs");
    const reporting = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const only =
      chosen === null ? [] : ["--testNamePattern", chosen.named, "--passWithNoTests", ...filesFor(args, chosen)];
    const exitCode = await run(name, [...prefix, NODE, program, "run", ...args, ...only, ...reporting], env);
    const read = readReport(report, vitestReport);
    if (read === null) return { ...failedAt(`${name}: no report`), failedFiles: [] };
    const failed = read.numFailedTests;
    const failedFiles = read.testResults.filter(({ status }) => status === "failed");
    return {
      ...NOTHING,
      passed: read.numPassedTests,
      // A file that does not even load has no test that failed.
      failed: failed === 0 && exitCode !== 0 ? 1 : failed,
      skipped: read.numPendingTests,
      failures: failed === 0 && exitCode !== 0 ? [`${name}: exit code ${exitCode}`] : failedFiles.flatMap(failuresOf),
      failedFiles: failedFiles.map(({ name: file }) => file),
    };
  }

  /** For tests of real processes, sockets and clocks on a machine that others use too: what failed has one more try. */
  async function vitestTwice(...[name, args, prefix, env]: Parameters<Runners["vitest"]>): Promise<Totals> {
    const first = await vitest(name, args, prefix, env);
    if (first.failedFiles.length === 0 || first.failedFiles.length > MOST_FOR_ANOTHER_TRY) return first;
    process.stdout.write(`\nOnce more, by themselves: ${first.failedFiles.join(", ")}\n`);
    const second = await vitest(`${name}-again`, [...args, ...first.failedFiles], prefix, env);
    if (second.failed > 0) return first;
    return {
      ...first,
      passed: first.passed + first.failed,
      failed: 0,
      failures: [],
      unsteady: first.failedFiles.map((file) => relative(ROOT, file)),
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
    const argv = [
      ...prefix,
      NODE,
      program,
      ...(chosen === null ? args : narrowed(args, chosen)),
      "--reporter=list,json",
    ];
    const exitCode = await run(name, argv, { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
    const read = readReport(report, playwrightReport);
    if (read === null) return failedAt(`${name}: no report`);
    const { expected, unexpected, flaky, skipped } = read.stats;
    return {
      passed: expected + flaky,
      failed: unexpected === 0 && exitCode !== 0 ? 1 : unexpected,
      skipped,
      failures:
        unexpected === 0 && exitCode !== 0
          ? [`${name}: exit code ${exitCode}`]
          : read.suites.flatMap((each) => titlesOf(each, "unexpected")),
      unsteady: read.suites.flatMap((each) => titlesOf(each, "flaky")),
    };
  }

  return { vitest, vitestTwice, playwright };
}

/** Of files that failed only those are run again. */
function filesFor(args: readonly string[], { files }: Chosen): readonly string[] {
  const named = args.filter((each, index) => each.endsWith(".ts") && args[index - 1] !== "--config");
  return named.length > 0 ? [] : files;
}

/** A second `--grep` would replace the first: both have to fit. */
function narrowed(args: readonly string[], { named, files }: Chosen): readonly string[] {
  const at = args.indexOf("--grep");
  const wanted = at === -1 ? named : `(?=.*${args[at + 1] ?? ""})(?=.*${named})`;
  const others = at === -1 ? args : args.toSpliced(at, 2);
  return [...others, "--grep", wanted, "--pass-with-no-tests", ...files];
}

function failuresOf(file: z.infer<typeof vitestReport>["testResults"][number]): readonly string[] {
  const where = relative(ROOT, file.name);
  const failed = file.assertionResults.filter(({ status }) => status === "failed");
  return failed.length === 0 ? [where] : failed.map(({ fullName }) => `${where} > ${fullName}`);
}

/** Of stories that ended as `how`, in the words of Playwright's report. */
function titlesOf(reported: unknown, how: "unexpected" | "flaky"): readonly string[] {
  const read = suite.safeParse(reported);
  if (!read.success) return [];
  const own = read.data.specs.flatMap((one) => {
    const known = spec.safeParse(one);
    return known.success && known.data.tests.some(({ status }) => status === how) ? [known.data.title] : [];
  });
  return [...own, ...read.data.suites.flatMap((inner) => titlesOf(inner, how))];
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
    failures: [...one.failures, ...other.failures],
    unsteady: [...one.unsteady, ...other.unsteady],
  };
}

export function describe({ passed, failed, skipped, failures, unsteady }: Totals): string {
  const told =
    unsteady.length === 0 ? "" : `, ${unsteady.length} UNSTEADY, passed on a second try: ${unsteady.join("; ")}`;
  const lost = failures.map((failure) => `\n  failed: ${failure}`).join("");
  return `${passed} passed, ${failed} failed, ${skipped} skipped${told}${lost}`;
}
