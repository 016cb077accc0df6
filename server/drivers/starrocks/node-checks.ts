/** What must hold before one node leaves, whatever its role: that it can be seen, stopped, replaced and done without. */
import type { NodeId } from "#lib/cluster/node.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Check } from "#lib/run/check.ts";
import type { Artifact, Artifacts } from "./artifacts.ts";
import { readBlacklist } from "./blacklist.ts";
import { ask } from "./check-parts.ts";
import { fails, list, passes, unknown } from "../shared/check-parts.ts";
import { bringIt } from "../shared/packages.ts";
import { isWell, type KeptOff } from "./cluster-checks.ts";
import type { InstallConfig } from "./config.ts";
import type { HostFacts } from "./host-facts.ts";
import { startLine, type Place } from "./place.ts";
import type { ProcessLook } from "./process.ts";
import type { Replicas } from "./replicas.ts";
import { rowsBefore } from "./routes.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

/** `look`: its process as it was found just now. */
export function processCheck(node: StarRocksNode, place: Place, look: ProcessLook, facts: HostFacts): Check {
  const question = ask("process-seen", node.id);
  const { process } = look;
  const host = place.host.name;
  if (process === null) {
    if (!node.alive) return passes(question, `it is down: ${look.said}`);
    const remedy = `Is ${place.home} on ${host} really the home of ${node.address}? Correct nodes: { "${node.address}": { host: …, home: … } } in the cluster's configuration.`;
    return fails(question, `the control plane says Alive, and ${look.said} in ${place.home}`, remedy);
  }
  if (process.by === "pid file") return passes(question, `${look.said} in ${place.home}`);
  const file = facts.pidFile.path;
  const found = facts.pidFile.says === null ? `${file} is missing` : `${file} says ${facts.pidFile.says}`;
  return fails(
    question,
    `${look.said}, but ${found}: the stop script would not find it`,
    `echo ${process.pid} > ${file}`,
  );
}

/** Asked for all nodes in one moment. */
const SAME_LOOK_MS = 200;
const NEVER = new AbortController().signal;

/** The last of a pool that serves is never taken out. */
export function lastServingCheck(world: World, node: StarRocksNode, keptOff: KeptOff, out: readonly NodeId[]): Check {
  const question = ask("last-serving", node.id);
  const others = world.nodes.filter((other) => other.pool === node.pool && other.id !== node.id);
  const serving = others.filter((other) => isWell(other) && !keptOff.has(other.id) && !out.includes(other.id));
  const words = `${list(serving.map((other) => other.id)) || "none"} of ${node.pool} serve beside it`;
  if (serving.length > 0) return passes(question, words);
  const idle = others.filter((other) => !serving.includes(other));
  const remedy =
    idle.length > 0
      ? `Bring one of them into service first: ${list(idle.map((other) => startLine(world, other)))}`
      : `Add another to ${node.pool} first: ${addStatement(node)}`;
  return fails(question, words, remedy);
}

function addStatement(node: StarRocksNode): string {
  const warehouse = node.pool.includes("@") ? ` INTO WAREHOUSE ${node.pool.split("@")[1] ?? ""}` : "";
  switch (node.role) {
    case "be":
      return `ALTER SYSTEM ADD BACKEND "host:9050"${warehouse};`;
    case "cn":
      return `ALTER SYSTEM ADD COMPUTE NODE "host:9050"${warehouse};`;
    case "fe":
      return 'ALTER SYSTEM ADD FOLLOWER "host:9010";';
    default:
      return node.role satisfies never;
  }
}

/** One statement an FE and role, however many nodes; and one look at each router. */
export async function readKeptOff(world: World): Promise<KeptOff> {
  const roles = (["be", "cn"] as const).filter((role) => world.nodes.some((node) => node.role === role));
  const listed = await Promise.all(
    world.askableFrontends.flatMap((frontend) =>
      roles.map(async (role) => ({ role, frontend, answer: await readBlacklist(world, frontend, role) })),
    ),
  );
  const routed = await Promise.all(
    world.nodes.map(async ({ id }) => [id, await rowsBefore(world, id, SAME_LOOK_MS, NEVER)] as const),
  );
  const takenOut = new Map(
    routed.map(([id, rows]) => [id, rows.filter(({ row }) => row.setOut).map(({ name }) => name)]),
  );
  const by = (node: StarRocksNode): readonly string[] => [
    ...listed.flatMap(({ role, frontend, answer }) =>
      role === node.role && answer.ok && answer.value?.get(node.systemId) === "MANUAL" ? [frontend.id] : [],
    ),
    ...(takenOut.get(node.id) ?? []),
  ];
  return new Map(world.nodes.map((node) => [node.id, by(node)] as const).filter(([, by]) => by.length > 0));
}

/** With what was found, so that hosts can be compared. */
export async function artifactCheck(
  world: World,
  artifacts: Artifacts,
  place: Place,
  version: string,
): Promise<{ readonly check: Check; readonly artifact: Artifact | null }> {
  const { node } = place;
  const question = ask("artifact-present", node.id, { title: `${version} lies on its host, whole` });
  const { install } = world.config;
  const only = (check: Check): { readonly check: Check; readonly artifact: null } => ({ check, artifact: null });
  if (install === undefined) {
    const remedy = "install: { strategy: swap, artifacts: /srv/starrocks } in the cluster's configuration.";
    return only(fails(question, "nothing says how versions are installed", remedy));
  }
  if (install.strategy === "manual")
    return only(passes(question, "a person installs; the console waits for the version script"));
  if (install.strategy === "command") return only(passes(question, `${install.argv[0] ?? ""} installs it`));
  const artifact = await artifacts.find(node.id, version);
  if (!artifact.ok) {
    const kept = install.strategy === "swap" ? await artifacts.kept(place, version) : null;
    if (kept !== null) return only(passes(question, `${kept} was set aside in ${place.home}, and comes back`));
    const fromHere = artifacts.packages().some((each) => each.version === version);
    if (fromHere)
      return only(fails(question, artifact.why.replace(/; unpack .*$/, ""), bringIt(world.config.id, version)));
    return only(fails(question, artifact.why, unpack(install, node, place, version)));
  }
  const found = await artifacts.version(node.id, artifact.value);
  if (!found.ok) {
    const also = node.role === "fe" ? "; and set javaHome in the cluster's configuration" : "";
    return only(fails(question, found.why, `${unpack(install, node, place, version)}${also}`));
  }
  if (!isVersion(found.value, version)) {
    const words = `${artifact.value.path} says that it is ${found.value}`;
    return only(fails(question, words, unpack(install, node, place, version)));
  }
  const words = `${artifact.value.path} says ${found.value}, sha256 ${artifact.value.checksum.slice(0, 12)}…`;
  return { check: passes(question, words), artifact: artifact.value };
}

/** The official packages unpack into a folder that is named for them. */
function unpack(install: InstallConfig, node: StarRocksNode, place: Place, version: string): string {
  const root = install.strategy === "swap" ? install.artifacts : install.strategy === "symlink" ? install.releases : "";
  const part = node.role === "cn" ? "be" : node.role;
  return `On ${place.host.name}: tar -xzf StarRocks-${version}.tar.gz -C ${root}; there must be ${root}/StarRocks-${version}/${part}/{bin,lib}`;
}

/** Overridable, because whoever runs with one replica chose so; but never without a person's word. */
export async function replicaChecks(replicas: Replicas, node: StarRocksNode, user: string): Promise<readonly Check[]> {
  if (node.role !== "be") return [];
  const lone = ask("lone-replicas", node.id);
  const two = ask("double-replicas", node.id);
  const report = await replicas.report();
  if (!report.ok) {
    const remedy = `Let the account see every table, then check again: GRANT OPERATE ON SYSTEM TO USER '${user}'@'%'; GRANT SELECT ON ALL TABLES IN ALL DATABASES TO USER '${user}'@'%';`;
    return [unknown(lone, `replicas cannot be read: ${report.why}`, remedy)];
  }
  const unreadable = tablesOf(report.value.unreadable.get(node.systemId));
  const unwritable = tablesOf(report.value.unwritable.get(node.systemId));
  const seen = `${report.value.tableCount} tables looked at`;
  return [
    unreadable === null
      ? passes(lone, `${seen}; none has its only good replica here`)
      : fails(
          lone,
          `cannot be read while ${node.id} is out: ${unreadable}`,
          'ALTER TABLE … SET ("replication_num" = "3"), and wait until the copies are made.',
        ),
    unwritable === null
      ? passes(two, `${seen}; none has two replicas and one of them here`)
      : fails(
          two,
          `cannot be loaded into while ${node.id} is out, for two replicas need both: ${unwritable}`,
          'ALTER TABLE … SET ("replication_num" = "3"), or pause its loads.',
        ),
  ];
}

/**
 * Whether a node may go as well while others of its run are out (`out`). Nobody answers for that: it waits until they are back.
 * Lost is who is out by the run, who is not well, and whom an FE keeps work from, whatever the replica's own status says.
 */
export async function batchChecks(
  world: World,
  replicas: Replicas,
  node: StarRocksNode,
  keptOff: KeptOff,
  out: readonly NodeId[],
): Promise<readonly Check[]> {
  if (node.role !== "be" || out.length === 0) return [];
  const unread = ask("batch-replicas", node.id);
  const unloaded = ask("batch-loads", node.id);
  const isLost = (other: StarRocksNode): boolean => out.includes(other.id) || !isWell(other) || keptOff.has(other.id);
  const lost = world.nodes.filter((other) => other.role === "be" && other.id !== node.id && isLost(other));
  const names = list(lost.map(({ id }) => id));
  const report = await replicas.report(new Set(lost.map(({ systemId }) => systemId)));
  const wait = `It goes on by itself when ${names} ${lost.length === 1 ? "is" : "are"} back.`;
  if (!report.ok) return [unknown(unread, `replicas cannot be read: ${report.why}`, wait)];
  const unreadable = tablesOf(report.value.unreadable.get(node.systemId));
  const unwritable = tablesOf(report.value.unwritable.get(node.systemId));
  const seen = `${report.value.tableCount} tables looked at, ${names} taken for lost`;
  return [
    unreadable === null
      ? passes(unread, `${seen}; each keeps a good replica`)
      : fails(unread, `cannot be read while ${node.id} and ${names} are out: ${unreadable}`, wait),
    unwritable === null
      ? passes(unloaded, `${seen}; each keeps a majority`)
      : fails(unloaded, `cannot be loaded into while ${node.id} and ${names} are out: ${unwritable}`, wait),
  ];
}

function tablesOf(tables: ReadonlyMap<string, number> | undefined): string | null {
  if (tables === undefined || tables.size === 0) return null;
  return list([...tables].map(([table, tablets]) => `${table} (${tablets} ${tablets === 1 ? "tablet" : "tablets"})`));
}
