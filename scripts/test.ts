/**
 * `npm test`: every lane, one after the other, and a last line with the totals. `--only LANE` runs one.
 * A lane that fails does not keep the next from running: one run tells everything.
 */
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { ensureChromium, HOW_TO_GET_CHROMIUM } from "./ensure-chromium.ts";
import { BUILD_COMMAND, buildIsStale } from "./pages-build.ts";
import { NODE, ROOT, run } from "./processes.ts";

type Totals = { readonly passed: number; readonly failed: number; readonly skipped: number };
type Lane = { readonly name: string; readonly run: () => Promise<Totals> };

const NOTHING: Totals = { passed: 0, failed: 0, skipped: 0 };
const PASSED: Totals = { ...NOTHING, passed: 1 };
const FAILED: Totals = { ...NOTHING, failed: 1 };

const lanes: readonly Lane[] = [
  { name: "check", run: check },
  { name: "build", run: build },
  { name: "int", run: () => vitest("int", ["--project", "int"]) },
  { name: "e2e", run: e2e },
  { name: "starrocks", run: starrocks },
];

const scratch = mkdtempSync(join(tmpdir(), "sluice-test-"));
process.exitCode = await main();
rmSync(scratch, { recursive: true, force: true });

async function main(): Promise<number> {
  const { only } = parseArgs({ options: { only: { type: "string" } } }).values;
  const chosen = lanes.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) {
    say(`There is no lane "${only ?? ""}". Lanes: ${lanes.map(({ name }) => name).join(", ")}.`);
    return 64;
  }
  let totals = NOTHING;
  for (const lane of chosen) {
    const startedAtMs = Date.now();
    say(`\n── ${lane.name}`);
    const added = await lane.run();
    totals = sum(totals, added);
    say(`── ${lane.name}: ${describe(added)} in ${Math.round((Date.now() - startedAtMs) / 1000)} s`);
  }
  say(`\n${describe(totals)}`);
  return totals.failed === 0 ? 0 : 1;
}

async function check(): Promise<Totals> {
  const bin = (name: string): string => join(ROOT, "node_modules", ".bin", name);
  const cruiser = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const folders = ["app", "components", "server", "lib", "cli", "twin", "e2e", "bench"];
  const steps: readonly (readonly string[])[] = [
    [bin("tsc"), "-p", "."],
    [bin("oxlint"), "--deny-warnings"],
    [NODE, "--disable-warning=ExperimentalWarning", cruiser, ...folders],
    [bin("prettier"), "--check", "--cache", "--log-level", "warn", "."],
    [NODE, "scripts/prove-gates.ts"],
  ];
  let totals = NOTHING;
  for (const argv of steps) totals = sum(totals, (await run("check", argv)) === 0 ? PASSED : FAILED);
  return sum(totals, await vitest("unit", ["--project", "unit"]));
}

async function build(): Promise<Totals> {
  if (!buildIsStale()) {
    say("The pages are built already.");
    return PASSED;
  }
  return (await run("build", BUILD_COMMAND)) === 0 ? PASSED : FAILED;
}

async function e2e(): Promise<Totals> {
  const browser = ensureChromium(say);
  if (browser === null) {
    say(HOW_TO_GET_CHROMIUM);
    return FAILED;
  }
  if (buildIsStale() && (await build()).failed > 0) return FAILED;
  return playwright("e2e", [], ["test"], { CHROMIUM: browser });
}

/** The same stories and the driver's contract on real front ends, where they can run. */
async function starrocks(): Promise<Totals> {
  const rig = resolve(ROOT, process.env["STARROCKS_RIG"] ?? "../shared/starrocks/rig");
  const lacking = whatStarRocksLacks(rig);
  if (lacking !== null) {
    say(`Left out: tests on real StarRocks front ends (${lacking}).`);
    return NOTHING;
  }
  const browser = ensureChromium(say);
  if (browser === null) {
    say(HOW_TO_GET_CHROMIUM);
    return FAILED;
  }
  if (buildIsStale() && (await build()).failed > 0) return FAILED;
  const env = { RIG: join(scratch, "rig"), STARROCKS_RIG: rig, CHROMIUM: browser };
  try {
    if ((await run("rig", [rig, "up"], env)) !== 0) return FAILED;
    const inRig = [rig, "run"];
    const contract = await vitest("starrocks", ["--config", "vitest.starrocks.config.ts"], inRig, env);
    const stories = await playwright("starrocks", inRig, ["test", "--config", "playwright.starrocks.config.ts"], env);
    return sum(contract, stories);
  } finally {
    await run("rig", [rig, "down"], env);
  }
}

function whatStarRocksLacks(rig: string): string | null {
  if (!isExecutable(rig)) return "no rig; STARROCKS_RIG names one";
  if (process.getuid?.() !== 0) return "root is needed for network namespaces";
  const missing = ["java", "python3", "xz", "ip", "mysql"].filter((command) => !isOnPath(command));
  return missing.length === 0 ? null : `missing: ${missing.join(", ")}`;
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numFailedTestSuites: z.number(),
});

async function vitest(
  name: string,
  args: readonly string[],
  prefix: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Totals> {
  const report = join(scratch, `vitest-${name}.json`);
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

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

async function playwright(
  name: string,
  prefix: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Totals> {
  const report = join(scratch, `playwright-${name}.json`);
  const program = join(ROOT, "node_modules/@playwright/test/cli.js");
  const argv = [...prefix, NODE, program, ...args, "--reporter=list,json"];
  const exitCode = await run(name, argv, { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
  const read = readReport(report, playwrightReport);
  if (read === null) return FAILED;
  const { expected, unexpected, flaky, skipped } = read.stats;
  const failed = unexpected + flaky;
  return { passed: expected, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped };
}

function readReport<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return schema.parse(value);
  } catch {
    return null;
  }
}

function isOnPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => isExecutable(join(folder, command)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function sum(one: Totals, other: Totals): Totals {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

function describe({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
