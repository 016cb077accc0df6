/**
 * `npm test`: every lane, one after the other, and a last line with the totals. `--only LANE` runs one, also a long one;
 * `--named PATTERN FILE...` runs of its tests those alone whose name fits, and `--reports FOLDER` keeps what the runners report.
 * A lane that fails does not keep the next from running: one run tells everything.
 */
import { spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureChromium, HOW_TO_GET_CHROMIUM } from "./ensure-chromium.ts";
import { BUILD_COMMAND, buildIsStale } from "./pages-build.ts";
import { NODE, ROOT, run, stopAll } from "./processes.ts";
import { createRunners, describe, failedAt, NOTHING, PASSED, sum, type Totals } from "./test-runners.ts";

type Lane = { readonly name: string; readonly run: () => Promise<Totals> };
/** Queues of lanes that run beside each other: two mostly wait, each for machines of its own, and one takes what they leave. */
type Turn = readonly (readonly Lane[])[];

const STOP_GRACE_MS = 10_000;
/** Nothing in it waits for a clock: whatever else runs goes first. */
const LAST = ["nice", "-n", "19"];

const turns: readonly Turn[] = [
  [[{ name: "check", run: check }]],
  [[{ name: "build", run: build }]],
  [[{ name: "int", run: () => vitestTwice("int", ["--project", "int"]) }]],
  [[{ name: "e2e", run: e2e }]],
  [
    [{ name: "starrocks", run: starrocks }],
    [{ name: "kubernetes", run: kubernetes }],
    [
      { name: "sim", run: sim },
      { name: "mutation", run: mutation },
    ],
  ],
];

/** For nights and before a release, or a part of another lane: only when asked for by name. */
const longLanes: readonly Lane[] = [
  { name: "unit", run: () => vitest("unit", ["--project", "unit"]) },
  { name: "long", run: () => stories("long", ["--config", "playwright.long.config.ts"]) },
];

const { values: asked, positionals: files } = parseArgs({
  options: { only: { type: "string" }, named: { type: "string" }, reports: { type: "string" } },
  allowPositionals: true,
});
const scratch = mkdtempSync(join(tmpdir(), "sluice-test-"));
const chosen = asked.named === undefined ? null : { named: asked.named, files };
const reports = asked.reports ?? scratch;
mkdirSync(reports, { recursive: true });
const { vitest, vitestTwice, playwright } = createRunners(reports, chosen);

async function main(): Promise<number> {
  const { only } = asked;
  const lanes = [...turns.flat(2), ...longLanes];
  const wanted: readonly Turn[] =
    only === undefined ? turns : lanes.filter(({ name }) => name === only).map((lane) => [[lane]]);
  if (wanted.length === 0) {
    say(`There is no lane "${only ?? ""}". Lanes: ${lanes.map(({ name }) => name).join(", ")}.`);
    return 64;
  }
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted.abort();
      void stopAll(STOP_GRACE_MS);
    });
  }
  let totals = NOTHING;
  for (const turn of wanted) {
    if (interrupted.signal.aborted) break;
    for (const added of await Promise.all(turn.map(runQueue))) totals = sum(totals, added);
  }
  if (interrupted.signal.aborted) return 130;
  say(`\n${describe(totals)}`);
  return totals.failed === 0 ? 0 : 1;
}

async function runQueue(lanes: readonly Lane[]): Promise<Totals> {
  let totals = NOTHING;
  for (const lane of lanes) totals = sum(totals, await runLane(lane));
  return totals;
}

async function runLane({ name, run }: Lane): Promise<Totals> {
  const startedAtMs = Date.now();
  say(`\n── ${name}`);
  const totals = await run();
  say(`── ${name}, ${Math.round((Date.now() - startedAtMs) / 1000)} s: ${describe(totals)}`);
  return totals;
}

async function check(): Promise<Totals> {
  const bin = (name: string): string => join(ROOT, "node_modules", ".bin", name);
  const cruiser = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const folders = ["app", "components", "server", "lib", "cli", "twin", "e2e", "bench"].filter((folder) =>
    existsSync(join(ROOT, folder)),
  );
  const steps: readonly (readonly string[])[] = [
    [bin("tsc"), "-p", "."],
    [bin("oxlint"), "--deny-warnings"],
    [NODE, "--disable-warning=ExperimentalWarning", cruiser, ...folders],
    [bin("prettier"), "--check", "--cache", "--log-level", "warn", "."],
    [NODE, "scripts/messages.ts"],
    [NODE, "scripts/acceptance.ts", "--list"],
  ];
  const step = (argv: readonly string[]): Promise<Totals> => ran("check", argv);
  const looked = await inTwos(steps, step);
  // What it plants would be found by every step above, and is no test.
  const gates = step([NODE, "scripts/prove-gates.ts"]);
  return [...looked, await vitest("unit", ["--project", "unit"]), await gates].reduce(sum, NOTHING);
}

/** Each of them keeps one core busy. */
async function inTwos<Of, Into>(all: readonly Of[], act: (one: Of) => Promise<Into>): Promise<readonly Into[]> {
  const done: Into[] = [];
  const left = [...all];
  const takeTurns = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) done.push(await act(next));
  };
  await Promise.all([takeTurns(), takeTurns()]);
  return done;
}

async function build(): Promise<Totals> {
  if (!buildIsStale()) {
    say("The pages are built already.");
    return PASSED;
  }
  return await ran("build", BUILD_COMMAND);
}

async function ran(name: string, argv: readonly string[]): Promise<Totals> {
  return (await run(name, argv)) === 0 ? PASSED : failedAt(`${name}: ${whatIsRun(argv)}`);
}

/** The command as somebody would write it here. */
function whatIsRun(argv: readonly string[]): string {
  return argv.map((word) => (word === NODE ? "node" : word.startsWith(ROOT) ? relative(ROOT, word) : word)).join(" ");
}

/**
 * The same seed every time: what a check finds must not depend on the day. Other seeds are for nights. Its time is simulated,
 * so it may wait for whoever's is not.
 */
async function sim(): Promise<Totals> {
  const seed = process.env["SEED"] ?? "1";
  return await ran("sim", [...LAST, NODE, "scripts/sim.ts", "--histories", "100000", "--seed", seed]);
}

/** Two stories beside each other, each with a cluster of its own; but for those that hold the screen's times against it. */
async function e2e(): Promise<Totals> {
  const beside = await stories("e2e", ["--workers", "2", "--grep-invert", "@alone", ...outputOf("beside")]);
  const alone = ["--workers", "1", "--grep", "@alone", ...outputOf("alone")];
  return sum(beside, await stories("e2e-alone", alone));
}

/** A sample of what `npm run mutation` does: it fails below 90 % killed, and prints the figure and what survived. */
async function mutation(): Promise<Totals> {
  return await ran("mutation", [...LAST, NODE, "scripts/mutation.ts", "--sample", "60", "--seed", "1"]);
}

async function stories(lane: string, args: readonly string[]): Promise<Totals> {
  const browser = ensureChromium(say);
  if (browser === null) {
    say(HOW_TO_GET_CHROMIUM);
    return failedAt("no Chromium");
  }
  if (buildIsStale() && (await build()).failed > 0) return failedAt("no pages");
  // What failed has one more try, and is told as unsteady when it passes then.
  return playwright(lane, [], ["test", "--retries", "1", ...args], { CHROMIUM: browser });
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
    return failedAt("no Chromium");
  }
  if (buildIsStale() && (await build()).failed > 0) return failedAt("no pages");
  const env = { RIG: join(scratch, "rig"), STARROCKS_RIG: rig, CHROMIUM: browser };
  const inRig = [rig, "run"];
  // Both change versions, so each begins with a cluster of its own.
  const contract = await withRig(rig, env, () =>
    vitestTwice("starrocks", ["--config", "vitest.starrocks.config.ts"], inRig, env),
  );
  const stories = await withRig(rig, env, () =>
    playwright(
      "starrocks",
      inRig,
      ["test", "--config", "playwright.starrocks.config.ts", ...outputOf("starrocks")],
      env,
    ),
  );
  return sum(contract, stories);
}

/** The driver's contract and whole runs on a real Kubernetes control plane, where one can be started. */
async function kubernetes(): Promise<Totals> {
  const rig = resolve(ROOT, process.env["KUBERNETES_RIG"] ?? "../shared/kubernetes/rig");
  const lacking = whatKubernetesLacks(rig);
  if (lacking !== null) {
    say(`Left out: tests on a real Kubernetes control plane (${lacking}).`);
    return NOTHING;
  }
  const browser = ensureChromium(say);
  if (browser === null) {
    say(HOW_TO_GET_CHROMIUM);
    return failedAt("no Chromium");
  }
  if (buildIsStale() && (await build()).failed > 0) return failedAt("no pages");
  const folder = kubernetesRig(rig);
  const here = join(folder, "rig");
  const env = { RIG: join(scratch, "kubernetes"), CHROMIUM: browser };
  try {
    if ((await run("rig", [here, "up"], env)) !== 0) return failedAt("kubernetes: rig up");
    const tests = async (project: string): Promise<Totals> =>
      await vitestTwice(project, ["--config", "vitest.kubernetes.config.ts", "--project", project], [], env);
    // They mostly wait, each for what is in a namespace of its own; all but the one that ends the API server.
    const [runs, stories] = await Promise.all([
      tests("kubernetes"),
      playwright(
        "kubernetes",
        [],
        ["test", "--config", "playwright.kubernetes.config.ts", ...outputOf("kubernetes")],
        env,
      ),
    ]);
    return sum(sum(runs, stories), await tests("outage"));
  } finally {
    await run("rig", [here, "down"], env);
  }
}

/** The same rig, whose kubelets behave as these tests want them to: it reads how from beside itself. */
function kubernetesRig(rig: string): string {
  const folder = join(scratch, "kubernetes-rig");
  mkdirSync(folder);
  copyFileSync(rig, join(folder, "rig"));
  chmodSync(join(folder, "rig"), 0o755);
  symlinkSync(join(dirname(rig), "bin.tar.xz"), join(folder, "bin.tar.xz"));
  copyFileSync(join(ROOT, "server/drivers/kubernetes/testing/stages.yaml"), join(folder, "stages.yaml"));
  return folder;
}

function whatKubernetesLacks(rig: string): string | null {
  if (!isExecutable(rig)) return "no rig; KUBERNETES_RIG names one";
  const missing = ["xz", "openssl", "curl", "setsid"].filter((command) => !isOnPath(command));
  return missing.length === 0 ? null : `missing: ${missing.join(", ")}`;
}

/** In a folder of its own: what another one left behind would be cleared away. */
function outputOf(lane: string): readonly string[] {
  return ["--output", `test-results/${lane}`];
}

async function withRig(
  rig: string,
  env: Readonly<Record<string, string>>,
  act: () => Promise<Totals>,
): Promise<Totals> {
  if (aRigRuns()) {
    // Its network names are the machine's: starting another one would end in tearing that one down.
    say("A rig is up already; end it first: rig down.");
    return failedAt("starrocks: a rig is up already");
  }
  // Whatever was killed before it could tidy up has left empty networks of the same names.
  await run("rig", [rig, "down"], env);
  try {
    return (await run("rig", [rig, "up"], env)) === 0 ? await act() : failedAt("starrocks: rig up");
  } finally {
    await run("rig", [rig, "down"], env);
  }
}

function aRigRuns(): boolean {
  const ip = (...args: readonly string[]): string => spawnSync("ip", args, { encoding: "utf8" }).stdout;
  const names = ip("netns", "list").match(/^rig-\S+/gm) ?? [];
  return names.some((name) => ip("netns", "pids", name).trim() !== "");
}

function whatStarRocksLacks(rig: string): string | null {
  if (!isExecutable(rig)) return "no rig; STARROCKS_RIG names one";
  if (process.getuid?.() !== 0) return "root is needed for network namespaces";
  const missing = ["java", "python3", "xz", "ip", "mysql"].filter((command) => !isOnPath(command));
  return missing.length === 0 ? null : `missing: ${missing.join(", ")}`;
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

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
rmSync(scratch, { recursive: true, force: true });
