/** The questions that are asked before a run, before a node, and after a node came back. */
import type { NodeId } from "#lib/cluster/node.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Baseline, Check } from "#lib/run/check.ts";
import type { Plan, PlannedStep } from "#lib/run/plan.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { accountCheck } from "./account-checks.ts";
import type { Artifacts } from "./artifacts.ts";
import { readBlacklist } from "./blacklist.ts";
import { fails, list, passes, unknown } from "./check-parts.ts";
import { frontendTimesCheck, journalCheck, leaderExitCheck, quorumCheck } from "./frontend-checks.ts";
import {
  artifactCheck,
  exitTimesCheck,
  lastServingCheck,
  othersCheck,
  processCheck,
  readKeptOff,
  replicaChecks,
} from "./node-checks.ts";
import { imageNote, type MetadataImage } from "./metadata-image.ts";
import { readCluster } from "./read-cluster.ts";
import type { Replicas } from "./replicas.ts";
import { badTablets, describeTablets, readTabletHealth } from "./tablets.ts";
import type { StarRocksNode } from "./topology.ts";
import { judgePath } from "./version-path.ts";
import type { World } from "./world.ts";

export type CheckTools = {
  readonly world: World;
  readonly artifacts: Artifacts;
  readonly replicas: Replicas;
  readonly image: MetadataImage;
};

export async function preflight(tools: CheckTools, plan: Plan, signal: AbortSignal): Promise<readonly Check[]> {
  const { world } = tools;
  const reading = await readCluster(world);
  if (!reading.ok) return [unreadable(reading.why)];
  const steps = plan.steps.flatMap((step) => {
    const node = world.node(step.nodeId);
    return node === null ? [] : [{ step, node }];
  });
  const planned = new Set(plan.steps.map((step) => step.nodeId));
  const [account, tablets, keptOff] = await Promise.all([accountCheck(world), tabletsNow(world), readKeptOff(world)]);
  const perNode: Check[] = [];
  // One after the other: version scripts and sums of a whole release are work for the hosts.
  for (const { step, node } of steps)
    perNode.push(...(await nodeChecks(tools, plan, step, node, keptOff, false, signal)));
  return [
    account,
    othersCheck(world, null, keptOff, planned),
    tablets,
    ...(upgradesFrontends(plan) ? [imageNote()] : []),
    versionsCheck(world),
    ...pathChecks(plan),
    decommissionCheck(world),
    ...(steps.some(({ node }) => node.role === "fe")
      ? [quorumCheck(world.frontends, null), journalCheck(world.frontends)]
      : []),
    ...perNode,
  ];
}

export async function checks(
  tools: CheckTools,
  plan: Plan,
  step: PlannedStep,
  before: Baseline,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { world } = tools;
  const reading = await readCluster(world);
  if (!reading.ok) return [unreadable(reading.why)];
  const node = world.node(step.nodeId);
  if (node === null) {
    const question = {
      id: "node-listed",
      nodeId: step.nodeId,
      title: "The cluster lists it",
      severity: "blocks",
    } as const;
    return [fails(question, "SHOW FRONTENDS, SHOW BACKENDS and SHOW COMPUTE NODES do not list it", "Skip this step.")];
  }
  const keptOff = await readKeptOff(world);
  const isBeforeFirst = upgradesFrontends(plan) && !someFrontendIsDone(world, plan);
  if (isBeforeFirst) await tools.image.ensureAsked(signal);
  return [
    othersCheck(world, node, keptOff, new Set()),
    await tabletsSince(world, node, before),
    decommissionCheck(world),
    ...(node.role === "fe" ? [quorumCheck(world.frontends, node), journalCheck(world.frontends)] : []),
    ...(isBeforeFirst && node.role === "fe" ? [await tools.image.check(node.id, signal)] : []),
    ...(await nodeChecks(tools, plan, step, node, keptOff, true, signal)),
  ];
}

async function nodeChecks(
  { world, artifacts, replicas }: CheckTools,
  plan: Plan,
  step: PlannedStep,
  node: StarRocksNode,
  keptOff: ReadonlySet<NodeId>,
  now: boolean,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const leaves = step.phases.some(({ phase, skip }) => phase === "exit" && skip === null);
  const found: Check[] = [lastServingCheck(world, node, keptOff)];
  if (node.alive) found.push(...(await replicaChecks(replicas, node)));
  if (!leaves) return found;
  found.push(await processCheck(world, node));
  if (node.alive) {
    found.push(
      node.role === "fe"
        ? await frontendTimesCheck(world, node, step)
        : await exitTimesCheck(world, node, step, signal),
    );
  }
  const leader = await leaderExitCheck(world, node, step, now);
  if (leader !== null) found.push(leader);
  if (changesVersion(plan) && plan.targetVersion !== null) {
    const version = plan.targetVersion;
    found.push(await world.alone(node.id, async () => await artifactCheck(world, artifacts, node, version)));
  }
  return found;
}

export async function baseline(world: World): Promise<Answer<Baseline>> {
  const health = await readTabletHealth(world);
  if (!health.ok) return health;
  const { unhealthy, inconsistent, error, cloning } = health.value;
  return {
    ok: true,
    value: {
      "tablets.unhealthy": unhealthy,
      "tablets.inconsistent": inconsistent,
      "tablets.error": error,
      "tablets.cloning": cloning,
      "tablets.bad": badTablets(health.value),
    },
  };
}

export async function gates(
  { world }: CheckTools,
  plan: Plan,
  step: PlannedStep,
  before: Baseline,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const reading = await readCluster(world);
  if (!reading.ok) return [unreadable(reading.why)];
  const node = world.node(step.nodeId);
  const serving = { id: "serving", nodeId: step.nodeId, title: "It serves again", severity: "blocks" } as const;
  if (node === null) return [fails(serving, "the cluster does not list it", "Look at the node's log.")];
  const word = `Alive=${node.alive}${node.statusCode === null ? "" : `, StatusCode=${node.statusCode}`}, Version=${node.version ?? "unknown"}`;
  const isBack = node.alive && (node.statusCode ?? "OK") === "OK";
  const wanted = changesVersion(plan) ? plan.targetVersion : null;
  const isRight = wanted === null || (node.version !== null && isVersion(node.version, wanted));
  const found = [
    isBack && isRight ? passes(serving, word) : fails(serving, word, `Look at the log of ${node.id}.`),
    await tabletsSince(world, node, before),
    await routesCheck(world, node),
  ];
  if (node.role === "fe") {
    found.push(journalCheck(world.frontends));
    const health = await world.http(node, "GET", "/api/health", signal);
    const question = { id: "health", nodeId: node.id, title: "Its own health check", severity: "blocks" } as const;
    const said = health.ok ? `GET /api/health: ${health.status}` : `GET /api/health: ${health.why}`;
    found.push(
      health.ok && health.status === 200
        ? passes(question, said)
        : fails(question, said, `Look at fe.log of ${node.id}.`),
    );
  }
  return found;
}

async function routesCheck(world: World, node: StarRocksNode): Promise<Check> {
  const question = {
    id: "on-the-routes",
    nodeId: node.id,
    title: "No FE keeps work away from it",
    severity: "blocks",
  } as const;
  const { role } = node;
  if (role === "fe") return passes(question, "an FE has no blacklist before it");
  const answers = await Promise.all(
    world.askableFrontends.map(async (frontend) => ({ frontend, listed: await readBlacklist(world, frontend, role) })),
  );
  const held = answers
    .filter(({ listed }) => listed.ok && listed.value?.get(node.systemId) === "MANUAL")
    .map(({ frontend }) => frontend.id);
  const silent = answers.flatMap(({ listed }) => (listed.ok ? [] : [listed.why]));
  if (held.length > 0)
    return fails(question, `MANUAL on ${list(held)}`, `DELETE BACKEND BLACKLIST ${node.systemId} there.`);
  if (silent.length > 0) return unknown(question, list(silent), "Wait until every FE answers.");
  return passes(question, `not listed by hand on ${list(answers.map(({ frontend }) => frontend.id))}`);
}

async function tabletsNow(world: World): Promise<Check> {
  const question = {
    id: "tablets-healthy",
    nodeId: null,
    title: "Tablets are healthy",
    severity: "needsReason",
  } as const;
  const health = await readTabletHealth(world);
  if (!health.ok) return unknown(question, health.why, "Give the account OPERATE on SYSTEM.");
  if (badTablets(health.value) === 0) return passes(question, describeTablets(health.value));
  return fails(
    question,
    describeTablets(health.value),
    "Wait for their repair: SHOW PROC '/statistic'. Going on, this becomes what later states are compared with.",
  );
}

/** Compared with how it stood when the run began: clusters live for years with a few that never become well (#32333). */
async function tabletsSince(world: World, node: StarRocksNode, before: Baseline): Promise<Check> {
  const question = {
    id: "tablets-as-before",
    nodeId: node.id,
    title: "Tablets as healthy as at the start",
    severity: "blocks",
  } as const;
  const health = await readTabletHealth(world);
  if (!health.ok) return unknown(question, health.why, "Wait until the leader answers.");
  const then = Number(before["tablets.bad"] ?? 0);
  const words = `${describeTablets(health.value)}; ${then} were bad when the run began`;
  if (badTablets(health.value) <= then) return passes(question, words);
  return fails(question, words, "Wait for their repair: SHOW PROC '/statistic'.");
}

function versionsCheck(world: World): Check {
  const question = {
    id: "versions",
    nodeId: null,
    title: "Versions are known and two at most",
    severity: "needsReason",
  } as const;
  const versions = [...new Set(world.nodes.map((node) => node.version ?? "unknown"))].sort();
  if (versions.length <= 2 && !versions.includes("unknown")) return passes(question, list(versions));
  return fails(question, list(versions), "Finish the upgrade that was begun before, or start what tells no version.");
}

function pathChecks(plan: Plan): readonly Check[] {
  const { targetVersion } = plan;
  if (targetVersion === null) return [];
  return plan.fromVersions.map((from): Check => {
    const path = judgePath(from, targetVersion);
    const question = {
      id: `version-path:${from}`,
      nodeId: null,
      title: `${from} to ${targetVersion}`,
      severity: path.verdict === "forbidden" ? "blocks" : "needsReason",
    } as const;
    const words = `${path.says} (${path.source})`;
    return path.verdict === "allowed" ? passes(question, words) : fails(question, words, path.remedy);
  });
}

function decommissionCheck(world: World): Check {
  const question = {
    id: "no-decommission",
    nodeId: null,
    title: "No node is being decommissioned",
    severity: "blocks",
  } as const;
  const running = world.nodes.filter((node) => node.decommissioning);
  if (running.length === 0) return passes(question, "SHOW BACKENDS: SystemDecommissioned=false everywhere");
  const remedy = running.map((node) => `CANCEL DECOMMISSION BACKEND "${node.address}";`).join(" ");
  return fails(
    question,
    `${list(running.map((node) => node.id))} gives its tablets away`,
    `Wait for its end, or: ${remedy}`,
  );
}

function unreadable(why: string): Check {
  const question = {
    id: "cluster-readable",
    nodeId: null,
    title: "The cluster can be read",
    severity: "blocks",
  } as const;
  return unknown(question, why, "Correct this first; nothing else can be checked.");
}

function changesVersion(plan: Plan): boolean {
  return plan.kind === "upgrade" || plan.kind === "downgrade";
}

function upgradesFrontends(plan: Plan): boolean {
  return changesVersion(plan) && plan.steps.some((step) => step.role === "fe");
}

function someFrontendIsDone(world: World, plan: Plan): boolean {
  const { targetVersion } = plan;
  return world.frontends.some(
    (node) => targetVersion !== null && node.version !== null && isVersion(node.version, targetVersion),
  );
}
