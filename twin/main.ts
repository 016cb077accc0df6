/**
 * `node twin/main.ts up --root DIR [..]` starts a twin and ends every process of it on Ctrl-C; the last line it prints
 * when all is up is JSON. `node twin/main.ts down --root DIR` ends one whose launcher was killed.
 */
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { faultCommand } from "./faults/command.ts";
import { takeDisksOf } from "./faults/disks.ts";
import { endAll } from "./processes.ts";
import { takeNetworkOf } from "./real-fe/network.ts";
import { runRealTwin } from "./real-fe/up.ts";
import { defaults, runTwin, type TwinOptions } from "./twin.ts";

const usage = `node twin/main.ts up --root DIR [--fe 3] [--observers 0] [--be 4] [--cn 2] [--version 3.5.7]
                       [--artifacts 3.3.14,3.4.8,3.5.7,4.0.7,4.0.8] [--run-mode shared_nothing|shared_data] [--warehouses a,b]
                       [--subnet 127.0.10] [--load default|off|heavy] [--heartbeat 5] [--fe-graceful-min 15]
                       [--disks be-01]
node twin/main.ts [up] --fe-home DIR [--fe-home DIR2] [--root DIR3] [--fe 1] [--be 4] [--cn 2]     real front ends, of releases that you have
node twin/main.ts down --root DIR
node twin/main.ts fault --root DIR begin '{"kind":"cut","between":["console","fe-02"]}' | end ID | list`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: "string" },
    fe: { type: "string" },
    observers: { type: "string" },
    "run-mode": { type: "string" },
    warehouses: { type: "string" },
    disks: { type: "string" },
    be: { type: "string" },
    cn: { type: "string" },
    version: { type: "string" },
    artifacts: { type: "string" },
    subnet: { type: "string" },
    load: { type: "string" },
    heartbeat: { type: "string" },
    "fe-graceful-min": { type: "string" },
    "fe-home": { type: "string", multiple: true },
    "fe-heap": { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

const [feHome, ...furtherHomes] = values["fe-home"] ?? [];
const [verb = feHome === undefined ? undefined : "up"] = positionals;
const options = optionsOf();
if (values.help === true || options === null || (verb !== "up" && verb !== "down" && verb !== "fault")) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help === true ? 0 : 2);
} else if (verb === "fault") {
  try {
    process.stdout.write(`${faultCommand(realpathSync(options.root), positionals.slice(1))}\n`);
  } catch (error) {
    process.stderr.write(`twin: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
} else if (verb === "down") {
  const root = realpathSync(options.root);
  await endAll(root);
  takeDisksOf(root);
  takeNetworkOf(root);
} else await up(options);

async function up(options: TwinOptions): Promise<void> {
  const began = performance.now();
  const ended = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
  // A signal during the start ends what has been started so far.
  const say = (line: string): void => void process.stdout.write(`twin: ${line}\n`);
  const starting =
    feHome === undefined
      ? runTwin(options, say)
      : runRealTwin({ ...options, feHomes: [feHome, ...furtherHomes], feHeapMb: number(values["fe-heap"], 900) }, say);
  const started = await Promise.race([starting, ended.then(() => null)]).catch((error: unknown) => {
    process.stderr.write(`twin: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
  if (started === null) {
    await endAll(realpathSync(options.root));
    takeDisksOf(realpathSync(options.root));
    takeNetworkOf(realpathSync(options.root));
    process.exit(1);
  }
  const { root, subnet, configPath, nodes, loadUrl } = started;
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  process.stdout.write(
    `${JSON.stringify({ ready: true, seconds, root, subnet, config: configPath, loadUrl, nodes })}\n`,
  );
  // Listening sockets of its own would be enough; this keeps it here whatever those do.
  const stay = setInterval(() => undefined, 60_000);
  await ended;
  clearInterval(stay);
  await started.end();
  process.stdout.write("twin: gone\n");
  process.exit(0);
}

function optionsOf(): TwinOptions | null {
  const root = values.root ?? (feHome === undefined ? null : mkdtempSync(join(tmpdir(), "twin-")));
  if (root === null) return null;
  const load = values.load ?? defaults.load;
  if (load !== "default" && load !== "off" && load !== "heavy") return null;
  const runMode = values["run-mode"] ?? defaults.runMode;
  if (runMode !== "shared_nothing" && runMode !== "shared_data") return null;
  return {
    root,
    disks: values.disks?.split(",") ?? defaults.disks,
    observers: number(values.observers, defaults.observers),
    runMode,
    warehouses: values.warehouses?.split(",") ?? defaults.warehouses,
    subnet: values.subnet ?? defaults.subnet,
    // One real front end needs nothing of the machine; several need a network each.
    frontends: number(values.fe, feHome === undefined ? defaults.frontends : 1),
    // In shared_data a backend would be a compute node of another name.
    backends: number(values.be, runMode === "shared_data" ? 0 : defaults.backends),
    computeNodes: number(values.cn, defaults.computeNodes),
    version: values.version ?? defaults.version,
    artifacts: values.artifacts?.split(",") ?? defaults.artifacts,
    heartbeatSeconds: number(values.heartbeat, defaults.heartbeatSeconds),
    feGracefulMinSeconds: number(values["fe-graceful-min"], defaults.feGracefulMinSeconds),
    conf: defaults.conf,
    load,
  };
}

function number(text: string | undefined, byDefault: number): number {
  return text === undefined ? byDefault : Number(text);
}
