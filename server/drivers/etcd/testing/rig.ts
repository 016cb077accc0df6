/** A real etcd of three members, started by commands of the site's own. Two releases of it: see `releasesOf`. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Driver } from "#server/orchestrator/ports.ts";
import { freePorts, until } from "#server/testing/ports.ts";
import { depsFor } from "../../process/testing/site.ts";
import { etcdConfig } from "../config.ts";
import { createEtcdDriver } from "../driver.ts";

const PROGRAM = "/usr/bin/etcd";
const [FROM, TO] = ["3.4.23", "3.4.24"] as const;

/** Null where it can run; otherwise what is missing. */
export function whatEtcdLacks(): string | null {
  if (!existsSync(PROGRAM)) return `no ${PROGRAM}: apt-get install etcd-server`;
  return readFileSync(PROGRAM).includes(FROM) ? null : `${PROGRAM} is not ${FROM}`;
}

export type EtcdRig = {
  readonly names: readonly string[];
  readonly ports: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly section: Readonly<Record<string, unknown>>;
  readonly open: () => Driver;
  readonly start: (driver: Driver) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly log: (name: string) => string;
};

/** `<root>/releases`, and in `<root>/<name>` its pid, log and start command. */
export type Place = { readonly root: string; readonly ports: readonly number[] };

export async function createEtcdRig(
  more: (place: Place) => Promise<Readonly<Record<string, unknown>>>,
): Promise<EtcdRig> {
  const root = mkdtempSync(join(tmpdir(), "etcd-rig-"));
  const names = ["etcd-1", "etcd-2", "etcd-3"];
  const releases = releasesOf(root);
  const all = await freePorts(names.length * 2);
  const [ports, peerPorts] = [all.slice(0, names.length), all.slice(names.length)];
  const cluster = names.map((name, index) => `${name}=http://127.0.0.1:${peerPorts[index] ?? 0}`).join(",");
  const nodes = names.map((name, index) => {
    const home = join(root, name);
    const [client, peer] = [ports, peerPorts].map((each) => `http://127.0.0.1:${each[index] ?? 0}`);
    mkdirSync(home);
    symlinkSync(join(releases, FROM), join(home, "current"));
    const flags = [
      `--name ${name} --data-dir '${home}/data' --initial-cluster '${cluster}'`,
      `--listen-client-urls ${client} --advertise-client-urls ${client}`,
      `--listen-peer-urls ${peer} --initial-advertise-peer-urls ${peer}`,
    ];
    const start = `cd -P '${home}/current'\necho $$ >'${home}/pid'\nexec ./etcd ${flags.join(" ")} >>'${home}/log' 2>&1\n`;
    writeFileSync(join(home, "start"), `#!/bin/sh\n${start}`, { mode: 0o755 });
    return {
      name,
      address: `127.0.0.1:${ports[index] ?? 0}`,
      host: "here",
      home,
      log: join(home, "log"),
      owner: { kind: "signal", pidFile: join(home, "pid"), start: [join(home, "start")], foreground: true },
    };
  });
  const section = {
    id: "config-store",
    name: "Configuration store",
    system: "etcd",
    hosts: [{ name: "here", kind: "local" }],
    install: { strategy: "symlink", releases },
    exitLimitS: 20,
    exitWaitS: 5,
    nodes,
    ...(await more({ root, ports })),
  };
  const config = etcdConfig.parse(section);
  const opened: Driver[] = [];
  return {
    names,
    ports,
    from: FROM,
    to: TO,
    section,
    log: (name) => readFileSync(join(root, name, "log"), "utf8"),
    open: () => {
      const driver = createEtcdDriver(config, depsFor([]));
      opened.push(driver);
      return driver;
    },
    start: async (driver) => {
      const { signal } = new AbortController();
      const outcomes = await Promise.all(
        names.map(async (name) => await driver.start(`rig/start/${name}`, name, signal)),
      );
      for (const outcome of outcomes) if (outcome.outcome !== "done") throw new Error(JSON.stringify(outcome));
      await until("all are healthy and know each other", async () => {
        const reading = await driver.readCluster(signal);
        const looks = await Promise.all(names.map(async (name) => await driver.readNode(name, true, signal)));
        const isHealthy = looks.every(({ admission }) => admission.some(({ value }) => value === "accepting"));
        const isKnown = reading.ok && reading.value.sightings.every(({ process }) => isUpByPeers(process));
        return isHealthy && isKnown;
      });
    },
    stop: async () => {
      for (const driver of opened) await driver.close();
      for (const name of names) killWritten(join(root, name, "pid"), root);
      rmSync(root, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

function isUpByPeers(process: readonly { readonly witness: string; readonly value: string }[]): boolean {
  return process.some(({ witness, value }) => witness === "controlPlane" && value === "up");
}

/** One program under two version strings: what it does is the same, and which of them runs can be told. */
function releasesOf(root: string): string {
  const program = readFileSync(PROGRAM, "latin1");
  for (const version of [FROM, TO]) {
    const folder = join(root, "releases", version);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "etcd"), program.replaceAll(FROM, version), "latin1");
    chmodSync(join(folder, "etcd"), 0o755);
  }
  return join(root, "releases");
}

/** Never a number that came again: the process's own line names its home. */
function killWritten(pidFile: string, root: string): void {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8"));
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(root)) process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
