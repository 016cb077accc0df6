/**
 * A twin whose front ends are real ones: the operator's own release. Statements, journal, election, heartbeats, exits and
 * scripts of the front ends are those of StarRocks; backends and compute nodes are the twin's, and run no query.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Say } from "../cluster.ts";
import { takeDisksOf } from "../faults/disks.ts";
import { artifact, layOut, nodesOf, type Settings, type TwinNode } from "../layout.ts";
import { endAll, runScript } from "../processes.ts";
import { type Account, sql } from "../sql.ts";
import { takeSubnet } from "../subnet.ts";
import { truthFile } from "../truth.ts";
import type { RunningTwin, TwinOptions } from "../twin.ts";
import { copyRelease, type Distribution, findJavaHome, readDistribution } from "./distribution.ts";
import { type FrontendSettings, layOutFrontend, startFrontend } from "./frontends.ts";
import { inNamespaces, onLoopback, type Place, takeNetworkOf, whyNoNamespaces } from "./network.ts";
import { realSluiceConfig } from "./sluice-config.ts";

export type RealOptions = Omit<TwinOptions, "load" | "observers" | "runMode" | "warehouses" | "version"> & {
  /** The `fe` folder of a release; of further ones, to upgrade to, the others. */
  readonly feHomes: readonly [string, ...string[]];
  readonly feHeapMb: number;
};

export type RunningRealTwin = RunningTwin & { readonly version: string; readonly place: Place };

const UP_WITHIN_MS = 180_000;

/** Rejects with a sentence for people when it cannot be; nothing runs then. */
export async function runRealTwin(options: RealOptions, say: Say): Promise<RunningRealTwin> {
  if (existsSync(options.root) && readdirSync(options.root).length > 0)
    throw new Error(`${options.root} is not empty; name another --root, or remove it`);
  mkdirSync(options.root, { recursive: true });
  const why = options.frontends > 1 ? whyNoNamespaces() : null;
  if (why !== null)
    throw new Error(`${options.frontends} real front ends need a network namespace each, and ${why}; --fe 1 does not`);
  const javaHome = findJavaHome();
  const releases = options.feHomes.map((home) => readDistribution(home, javaHome));
  const [first] = releases;
  if (first === undefined) throw new Error("--fe-home names the fe folder of a release");
  const root = realpathSync(options.root);
  const subnet = await takeSubnet(options.subnet);
  if (subnet === null) throw new Error("every network from 127.0.10 to 127.0.249 is in use; end the other twin");
  const end = async (): Promise<void> => {
    await endAll(root);
    takeDisksOf(root);
    takeNetworkOf(root);
    subnet.release();
  };
  try {
    const prefix = options.frontends === 1 ? subnet.prefix : `198.18.${subnet.prefix.split(".")[2] ?? ""}`;
    const settings: Settings = { ...options, ...ONLY, root, subnet: prefix, version: first.version };
    const nodes = nodesOf(settings);
    const backends = nodes.filter(({ role }) => role !== "fe");
    const place =
      options.frontends === 1
        ? onLoopback(prefix)
        : inNamespaces(prefix.split(".")[2] ?? "", options.frontends, backends, root);
    const frontendSettings = { ...options, root, javaHome, place, heapMb: options.feHeapMb };
    const password = layOutAll(settings, frontendSettings, nodes, releases);
    const configPath = join(root, "sluice.yaml");
    writeFileSync(configPath, realSluiceConfig(root, nodes, place, javaHome));
    say(
      `front ends: StarRocks ${first.version}-${first.hash} of ${first.home}, real, with ${options.feHeapMb} MB each`,
    );
    say(`backends and compute nodes: the twin's, which speak a backend's part and run no query or load`);
    await bringUp(place, nodes, password, say);
    return { root, subnet: prefix, configPath, password, nodes, loadUrl: null, end, version: first.version, place };
  } catch (error) {
    await end();
    throw error;
  }
}

/** What a real front end decides for itself here. */
const ONLY = { observers: 0, runMode: "shared_nothing", warehouses: [] } as const;

function layOutAll(
  settings: Settings,
  frontendSettings: FrontendSettings,
  nodes: readonly TwinNode[],
  releases: readonly Distribution[],
): string {
  const { root } = settings;
  const password = randomBytes(12).toString("hex");
  writeFileSync(join(root, "password"), `${password}\n`, { mode: 0o600 });
  writeFileSync(truthFile(root), "");
  const artifacts = [...new Set([...releases.map(({ version }) => version), ...settings.artifacts])];
  layOut(
    { ...settings, artifacts },
    nodes.filter(({ role }) => role !== "fe"),
  );
  for (const version of artifacts) rmSync(artifact(root, version, "fe"), { recursive: true, force: true });
  for (const release of releases) copyRelease(release.home, artifact(root, release.version, "fe"));
  const [first] = releases;
  for (const node of nodes)
    if (node.role === "fe" && first !== undefined) layOutFrontend(frontendSettings, node, first);
  return password;
}

async function bringUp(place: Place, nodes: readonly TwinNode[], password: string, say: Say): Promise<void> {
  const [leader, ...followers] = nodes.filter(({ role }) => role === "fe");
  if (leader === undefined) throw new Error("a cluster needs an FE");
  const ask = async (node: TwinNode, account: Account, statement: string): ReturnType<typeof sql> =>
    await sql(node.host, place.ports.query, account, statement);
  const root: Account = { user: "root", password };
  const must = async (statement: string, account = root): Promise<void> => {
    const answer = await ask(leader, account, statement);
    if (!answer.ok)
      throw new Error(`${leader.name} refused ${statement.replace(/'[^']*'\)?$/, "..")}: ${answer.error}`);
  };
  const answers = async (node: TwinNode, account: Account): Promise<void> => {
    await startFrontend(place, node, node === leader ? null : leader.host);
    await until(`${node.name}; see ${node.home}/log/fe.out and fe.log`, async () => {
      return (await ask(node, account, "SHOW FRONTENDS")).ok;
    });
  };
  const fresh: Account = { user: "root", password: "" };
  await answers(leader, fresh);
  await must(`SET PASSWORD FOR 'root' = PASSWORD('${password}')`, fresh);
  say(`${leader.name} leads at ${leader.host}:${place.ports.query}`);
  // One after the other: each is a Java process that wants both processors while it starts.
  for (const follower of followers) {
    await must(`ALTER SYSTEM ADD FOLLOWER "${follower.host}:${place.ports.editLog}"`);
    await answers(follower, root);
    say(`${follower.name} follows`);
  }
  const backends = nodes.filter(({ role }) => role !== "fe");
  for (const { home, role, host } of backends) {
    await runScript(home, `start_${role}.sh`, ["--daemon"]);
    await must(`ALTER SYSTEM ADD ${role === "be" ? "BACKEND" : "COMPUTE NODE"} "${host}:9050"`);
  }
  for (const [statement, role] of [
    ["SHOW BACKENDS", "be"],
    ["SHOW COMPUTE NODES", "cn"],
  ] as const) {
    const count = backends.filter((node) => node.role === role).length;
    await until(`${statement} to show ${count} alive`, async () => {
      const shown = await ask(leader, root, statement);
      return shown.ok && shown.rows.filter((row) => row["Alive"] === "true").length === count;
    });
  }
  say(`${backends.length} backends and compute nodes are alive`);
  await makeTables(must, nodes.filter(({ role }) => role === "be").length);
}

/** Tablets to be created, reported and missed; they hold nothing. */
async function makeTables(must: (statement: string) => Promise<void>, backends: number): Promise<void> {
  if (backends === 0) return;
  await must("CREATE DATABASE IF NOT EXISTS shop");
  const table =
    "CREATE TABLE IF NOT EXISTS shop.orders (id BIGINT, who VARCHAR(20)) DUPLICATE KEY(id) " +
    `DISTRIBUTED BY HASH(id) BUCKETS 8 PROPERTIES ("replication_num" = "${Math.min(3, backends)}")`;
  // A backend that has just come has not told of its disks yet.
  await until("the backends to take tablets", async () => {
    return await must(table).then(
      () => true,
      () => false,
    );
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + UP_WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited ${UP_WITHIN_MS / 1000} s for ${what}`);
    await wait(250);
  }
}
