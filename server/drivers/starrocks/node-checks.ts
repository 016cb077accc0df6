/** What must hold before one node leaves, whatever its role: that it can be seen, stopped, replaced and done without. */
import type { NodeId } from "#lib/cluster/node.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import type { Artifacts } from "./artifacts.ts";
import { readBlacklist } from "./blacklist.ts";
import { fails, list, passes, unknown } from "./check-parts.ts";
import { readExitSettings } from "./exit-settings.ts";
import { loopsFor } from "./loans.ts";
import { placeOf } from "./place.ts";
import { lookAtProcess } from "./process.ts";
import type { Replicas } from "./replicas.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

export async function processCheck(world: World, node: StarRocksNode): Promise<Check> {
  const question = {
    id: "process-seen",
    nodeId: node.id,
    title: "Its process and files can be reached",
    severity: "blocks",
  } as const;
  const place = placeOf(world, node);
  if (!place.ok)
    return fails(question, place.why, `Name its host and home under nodes: in the cluster's configuration.`);
  const look = await lookAtProcess(world, node);
  if (!look.ok)
    return unknown(
      question,
      look.why,
      `Look at the host ${place.value.host.name} and its prefix in the configuration.`,
    );
  const { process } = look.value;
  if (process === null) {
    if (!node.alive) return passes(question, `it is down: ${look.value.said}`);
    const remedy = `Is ${place.value.home} on ${place.value.host.name} really the home of ${node.address}? Correct nodes: in the configuration.`;
    return fails(question, `the control plane says Alive, and ${look.value.said} in ${place.value.home}`, remedy);
  }
  if (process.by === "pid file") return passes(question, `${look.value.said} in ${place.value.home}`);
  const file = `${place.value.dir}/bin/${node.role}.pid`;
  return fails(
    question,
    `${look.value.said}, but ${file} does not name it: the stop script would not find it`,
    `echo ${process.pid} > ${file}`,
  );
}

/** The last of a pool that serves is never taken out. */
export function lastServingCheck(world: World, node: StarRocksNode, keptOff: ReadonlySet<NodeId>): Check {
  const question = {
    id: "last-serving",
    nodeId: node.id,
    title: "Others of its kind serve",
    severity: "blocks",
  } as const;
  const others = world.nodes.filter((other) => other.pool === node.pool && other.id !== node.id);
  const serving = others.filter((other) => isWell(other) && !keptOff.has(other.id));
  const words = `${list(serving.map((other) => other.id)) || "none"} of ${node.pool} serve beside it`;
  if (serving.length > 0) return passes(question, words);
  return fails(question, words, "Bring another node of this pool into service first.");
}

/** Nodes that some FE was told by hand to keep work away from: one statement an FE and role, however many nodes. */
export async function readKeptOff(world: World): Promise<ReadonlySet<NodeId>> {
  const roles = (["be", "cn"] as const).filter((role) => world.nodes.some((node) => node.role === role));
  const listed = await Promise.all(
    world.askableFrontends.flatMap((frontend) =>
      roles.map(async (role) => ({ role, answer: await readBlacklist(world, frontend, role) })),
    ),
  );
  const isListed = (node: StarRocksNode): boolean =>
    listed.some(({ role, answer }) => role === node.role && answer.ok && answer.value?.get(node.systemId) === "MANUAL");
  return new Set(world.nodes.filter(isListed).map((node) => node.id));
}

function isWell(node: StarRocksNode): boolean {
  return node.alive && (node.statusCode ?? "OK") === "OK";
}

/** Rule 1 from the driver's side: nothing else is down, leaving or kept off the routes by hand. */
export function othersCheck(
  world: World,
  node: StarRocksNode | null,
  keptOff: ReadonlySet<NodeId>,
  planned: ReadonlySet<NodeId>,
): Check {
  const nodeId = node?.id ?? null;
  const question = {
    id: "others-in-service",
    nodeId,
    title: "Everyone else is in service",
    severity: "blocks",
  } as const;
  const others = world.nodes.filter((other) => other.id !== nodeId);
  const down = others.filter((other) => !isWell(other));
  const aside = others.filter((other) => isWell(other) && keptOff.has(other.id));
  const words = [
    ...down.map((other) => {
      const remark = other.errorMessage === "" ? "" : ` (${other.errorMessage})`;
      return `${other.id} is ${other.statusCode ?? "not Alive"}${remark}`;
    }),
    ...aside.map((other) => `${other.id} is on a blacklist by hand`),
  ];
  if (words.length === 0) return passes(question, `${world.nodes.length} nodes, all alive and on the routes`);
  const [onlyDown] = down;
  // A node that is down may be a step of the plan: then it goes first.
  if (node === null && aside.length === 0 && down.length === 1 && onlyDown !== undefined && planned.has(onlyDown.id)) {
    return passes(question, `${list(words)}; it is a step of this plan and goes first`);
  }
  const remedy = "Bring them back, drop them, or take them off the blacklist (DELETE BACKEND BLACKLIST id) first.";
  return fails(question, list(words), remedy);
}

export async function exitTimesCheck(
  world: World,
  node: StarRocksNode,
  step: PlannedStep,
  signal: AbortSignal,
): Promise<Check> {
  const question = { id: "exit-times", nodeId: node.id, title: "Exit times nest", severity: "needsReason" } as const;
  const settings = await readExitSettings(world, node, signal);
  const remedy =
    "Make the node's HTTP port reachable from the console, or set loop_count_wait_fragments_finish in its conf.";
  if (!settings.ok)
    return unknown(question, `how long it would wait for its work cannot be read: ${settings.why}`, remedy);
  const loops = settings.value.get("loop_count_wait_fragments_finish");
  if (loops === undefined) {
    return fails(
      question,
      "this version has no loop_count_wait_fragments_finish: it leaves without waiting",
      "Drain before the exit.",
    );
  }
  const limit = step.exitLimitMs === null ? "no limit" : `${step.exitLimitMs / 1000} s`;
  const wanted = loopsFor(step.exitLimitMs);
  const heartbeat = settings.value.has("graceful_exit_wait_for_frontend_heartbeat")
    ? "and until the FE was told"
    : "and cannot wait until the FE was told (comes with 3.4.5 and 3.5.1)";
  return passes(
    question,
    `it waits ${loops}0 s now, ${wanted}0 s while it is borrowed, ${heartbeat}; the stop script waits ${limit}`,
  );
}

export async function artifactCheck(
  world: World,
  artifacts: Artifacts,
  node: StarRocksNode,
  version: string,
): Promise<Check> {
  const question = {
    id: "artifact-present",
    nodeId: node.id,
    title: `${version} lies on its host, whole`,
    severity: "blocks",
  } as const;
  const { install } = world.config;
  if (install === undefined) {
    return fails(question, "nothing says how versions are installed", "Add install: to the cluster's configuration.");
  }
  if (install.strategy === "manual")
    return passes(question, "a person installs; the console waits for the version script");
  if (install.strategy === "command") return passes(question, `${install.argv[0] ?? ""} installs it`);
  const artifact = await artifacts.find(node.id, version);
  if (!artifact.ok) return fails(question, artifact.why, "Unpack the release there, then check again.");
  const found = await artifacts.version(node.id, artifact.value);
  if (!found.ok) return fails(question, found.why, "Unpack the release again; if it is the FE's, set javaHome.");
  if (!isVersion(found.value, version)) {
    return fails(question, `${artifact.value.path} says that it is ${found.value}`, "Put the right release there.");
  }
  return passes(
    question,
    `${artifact.value.path} says ${found.value}, sha256 ${artifact.value.checksum.slice(0, 12)}…`,
  );
}

/** Overridable, because whoever runs with one replica chose so; but never without a person's word. */
export async function replicaChecks(replicas: Replicas, node: StarRocksNode): Promise<readonly Check[]> {
  if (node.role !== "be") return [];
  const lone = {
    id: "lone-replicas",
    nodeId: node.id,
    title: "Every tablet has another good replica",
    severity: "needsReason",
  } as const;
  const two = {
    id: "double-replicas",
    nodeId: node.id,
    title: "Every table can be loaded into meanwhile",
    severity: "needsReason",
  } as const;
  const report = await replicas.report();
  if (!report.ok) {
    const remedy = "Give the account OPERATE on SYSTEM, then check again.";
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

function tablesOf(tables: ReadonlyMap<string, number> | undefined): string | null {
  if (tables === undefined || tables.size === 0) return null;
  return list([...tables].map(([table, tablets]) => `${table} (${tablets} ${tablets === 1 ? "tablet" : "tablets"})`));
}
