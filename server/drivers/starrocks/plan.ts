/** What a run would do: which nodes, in which order, through which phases, and why a phase is left out. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Witness } from "#lib/cluster/observation.ts";
import { compareVersions, isVersion } from "#lib/cluster/version.ts";
import { PHASES, type Phase, type Plan, type PlannedPhase, type PlannedStep } from "#lib/run/plan.ts";
import type { Answer, PlanRequest } from "#server/orchestrator/ports.ts";
import { DOWN_ALREADY } from "../shared/planned-down.ts";
import { abilitiesOf, onlyWatched } from "./abilities.ts";
import { atOnce } from "../shared/at-once.ts";
import { readBlacklist } from "./blacklist.ts";
import { readOwnWaitMs } from "./exit-settings.ts";
import { loopsFor } from "./loans.ts";
import { readCluster } from "./read-cluster.ts";
import { clusterNodeOf, type StarRocksNode } from "./topology.ts";
import { judgePath } from "./version-path.ts";
import type { World } from "./world.ts";

export async function plan(world: World, request: PlanRequest, signal: AbortSignal): Promise<Answer<Plan>> {
  const reading = await readCluster(world);
  if (!reading.ok) return reading;
  const chosen = choose(world.nodes, request);
  if (!chosen.ok) return chosen;
  const { steps } = chosen.value;
  const computeNodeBlacklist =
    steps.some((node) => node.role === "cn") &&
    keepsComputeNodeBlacklist(steps, request) &&
    (await hasComputeNodeBlacklist(world));
  const ordered = [...steps].sort(
    (a, b) => rank(a, request) - rank(b, request) || a.address.localeCompare(b.address, "en", { numeric: true }),
  );
  const ownWaits = await readOwnWaits(world, ordered, signal);
  return {
    ok: true,
    value: {
      clusterId: world.config.id,
      system: "starrocks",
      kind: request.kind,
      targetVersion: changesVersion(request) ? request.targetVersion : null,
      fromVersions: [...new Set(ordered.flatMap((node) => node.version ?? []))].sort(),
      reason: request.reason,
      policy: request.policy,
      steps: ordered.map((node) => stepOf(world, node, request, computeNodeBlacklist, ownWaits)),
      leftOut: chosen.value.leftOut,
      listed: null,
      overrides: [],
    },
  };
}

type Chosen = {
  readonly steps: readonly StarRocksNode[];
  readonly leftOut: readonly { readonly nodeId: NodeId; readonly reason: string }[];
};

export function choose(nodes: readonly StarRocksNode[], request: PlanRequest): Answer<Chosen> {
  const { nodeIds, kind, targetVersion } = request;
  const missing = (nodeIds ?? []).filter((id) => !nodes.some((node) => node.id === id));
  if (missing.length > 0) return { ok: false, why: `${missing.join(", ")} is not in the cluster` };
  if ((kind === "stop" || kind === "drain") && (nodeIds === null || nodeIds.length !== 1)) {
    return { ok: false, why: `choose the one node to ${kind}` };
  }
  const wanted = nodes.filter((node) => nodeIds === null || nodeIds.includes(node.id));
  const watched = watchedOnly(nodes, wanted, changesVersion(request) ? targetVersion : null);
  if (watched !== null) return { ok: false, why: watched };
  if (!changesVersion(request)) return { ok: true, value: { steps: wanted, leftOut: [] } };
  if (targetVersion === null) return { ok: false, why: "choose the version to install" };
  const leftOut = wanted.filter((node) => node.version !== null && isVersion(node.version, targetVersion));
  const steps = wanted.filter((node) => !leftOut.includes(node));
  const wrongWay = steps.find((node) => isWrongWay(node, kind, targetVersion));
  if (wrongWay !== undefined) {
    const other = kind === "upgrade" ? "newer" : "older";
    return { ok: false, why: `${wrongWay.id} runs ${wrongWay.version ?? ""}, which is ${other} than ${targetVersion}` };
  }
  const verdicts = steps.flatMap((node) => (node.version === null ? [] : [judgePath(node.version, targetVersion)]));
  const forbidden = verdicts.find((path) => path.verdict === "forbidden");
  if (forbidden !== undefined)
    return { ok: false, why: `${forbidden.says} (${forbidden.source}). ${forbidden.remedy}` };
  if (steps.length === 0) return { ok: false, why: `every chosen node runs ${targetVersion} already` };
  const reason = `already on ${targetVersion}`;
  return { ok: true, value: { steps, leftOut: leftOut.map((node) => ({ nodeId: node.id, reason })) } };
}

/** The FEs count whatever is chosen: it is they who keep work away from a node. */
function watchedOnly(
  nodes: readonly StarRocksNode[],
  wanted: readonly StarRocksNode[],
  target: string | null,
): string | null {
  const concerned = nodes.filter((node) => node.role === "fe" || wanted.includes(node));
  const reasons = concerned.flatMap((node) => onlyWatched(node.id, node.version) ?? []);
  if (reasons[0] !== undefined) return reasons[0];
  if (target === null || onlyWatched("", target) === null) return null;
  return `${target} is below 3.3, where this console only watches: no FE has a blacklist there. Go back to 3.3 at most`;
}

function isWrongWay(node: StarRocksNode, kind: PlanRequest["kind"], target: string): boolean {
  const order = node.version === null ? null : compareVersions(node.version, target);
  return order !== null && (kind === "upgrade" ? order > 0 : order < 0);
}

function changesVersion(request: Pick<PlanRequest, "kind">): boolean {
  return request.kind === "upgrade" || request.kind === "downgrade";
}

function rank(node: StarRocksNode, request: PlanRequest): number {
  const ranks = clusterNodeOf(node).rank;
  return request.kind === "downgrade" ? ranks.downgrade : ranks.upgrade;
}

/** A downgrade takes the FEs back before the compute nodes, which then leave under FEs of the target. */
export function keepsComputeNodeBlacklist(steps: readonly StarRocksNode[], request: PlanRequest): boolean {
  const takesFrontendsBack = request.kind === "downgrade" && steps.some((node) => node.role === "fe");
  return !takesFrontendsBack || abilitiesOf("fe", request.targetVersion).blacklistsComputeNodes;
}

/** Asked rather than concluded from a version: every FE has its own, and while they are upgraded they differ. */
async function hasComputeNodeBlacklist(world: World): Promise<boolean> {
  const answers = await Promise.all(
    world.askableFrontends.map(async (frontend) => await readBlacklist(world, frontend, "cn")),
  );
  return answers.length > 0 && answers.every((answer) => answer.ok && answer.value !== null);
}

export function stepOf(
  world: World,
  node: StarRocksNode,
  request: PlanRequest,
  computeNodeBlacklist: boolean,
  ownWaits: OwnWaits,
): PlannedStep {
  const witnesses: readonly Witness[] =
    world.hostOf(node) === null ? ["controlPlane", "node"] : ["controlPlane", "node", "process"];
  const connections = { one: "connection", many: "connections" };
  const queries = { one: "query", many: "queries" };
  const exitLimitMs = request.exitLimitMs[node.id] ?? node.exitLimitMs;
  const exit = exitOf(node, request);
  return {
    nodeId: node.id,
    role: node.role,
    address: node.address,
    pool: node.pool,
    phases: phasesOf(node, request, computeNodeBlacklist),
    drainLimitMs: request.drainLimitMs,
    exitLimitMs,
    exitWaitMs: exitWaitOf(node, exit, exitLimitMs, ownWaits),
    exit,
    witnesses,
    work: node.role === "fe" ? connections : queries,
    // Balance switches live in an FE's memory, and the next leader's count.
    forgetsLoans: node.role === "fe",
    startLimitMs: world.config.startLimitS[node.role] * 1000,
  };
}

/** Before 3.4.2 an FE knows no graceful exit, and its stop script stops it plainly whatever it is told. */
function exitOf(node: StarRocksNode, request: PlanRequest): "graceful" | "plain" {
  if (node.role !== "fe") return "graceful";
  if (!abilitiesOf("fe", node.version).gracefulExit) return "plain";
  return node.leadership === "leader" ? request.leaderExit : "graceful";
}

/** `max_graceful_exit_time_second` of an FE, which no script can change (facts, 3.4). */
const FRONTEND_WAIT_MS = 60_000;

/** A backend's own wait is borrowed before its exit, from 3.4.2 on; an older one's was read when it started. */
function exitWaitOf(
  node: StarRocksNode,
  exit: "graceful" | "plain",
  exitLimitMs: number | null,
  ownWaits: OwnWaits,
): number | null {
  if (exit === "plain") return 0;
  if (node.role === "fe") return FRONTEND_WAIT_MS;
  return abilitiesOf(node.role, node.version).waitCanBeSet
    ? loopsFor(exitLimitMs) * 10_000
    : (ownWaits.get(node.id) ?? null);
}

/** By node: how long it waits for its work when it leaves, where nobody can change that while it runs. */
export type OwnWaits = ReadonlyMap<NodeId, number>;

async function readOwnWaits(world: World, nodes: readonly StarRocksNode[], signal: AbortSignal): Promise<OwnWaits> {
  const fixed = nodes.filter((node) => !isSettable(node) && node.alive);
  const waits = await atOnce(fixed, async (node) => [node.id, await readOwnWaitMs(world, node, signal)] as const);
  return new Map(waits.flatMap(([id, waitMs]) => (waitMs === null ? [] : [[id, waitMs] as const])));
}

function isSettable(node: StarRocksNode): boolean {
  return node.role === "fe" || abilitiesOf(node.role, node.version).waitCanBeSet;
}

export function phasesOf(
  node: StarRocksNode,
  request: PlanRequest,
  computeNodeBlacklist: boolean,
): readonly PlannedPhase[] {
  const skips = skipsOf(node, request, computeNodeBlacklist);
  return PHASES.map((phase) => ({ phase, skip: skips[phase] ?? null }));
}

type Skips = Partial<Record<Phase, string>>;

function skipsOf(node: StarRocksNode, request: PlanRequest, computeNodeBlacklist: boolean): Skips {
  const noVersion: Skips = changesVersion(request) ? {} : { upgrade: `a ${request.kind} changes no version` };
  const kept = "a drain sends no signal";
  const drainOnly: Skips =
    request.kind === "drain"
      ? {
          exit: kept,
          confirm: kept,
          restart: kept,
          readmit: "putting it back does that",
          verify: "the node was never away",
        }
      : {};
  return { ...isolationSkips(node, request, computeNodeBlacklist), ...noVersion, ...drainOnly };
}

function isolationSkips(node: StarRocksNode, request: PlanRequest, computeNodeBlacklist: boolean): Skips {
  if (!node.alive) return { isolate: DOWN_ALREADY, drain: DOWN_ALREADY };
  if (node.role === "fe" && node.routers.length === 0) {
    return {
      isolate: "no router stands before this FE: its clients find another by themselves",
      drain: "connections do not run out by themselves; the exit closes each after its statement",
      readmit: "nothing was taken off",
    };
  }
  if (!request.isolate) {
    return {
      isolate: "switched off in this plan, to measure",
      drain: "new work is still sent to it, so it would not end",
    };
  }
  if (node.role === "cn" && !computeNodeBlacklist) {
    const why = "these FEs have no blacklist for compute nodes (it came with 4.0)";
    const { waitCanBeSet } = abilitiesOf("cn", node.version);
    const after = waitCanBeSet
      ? "its work runs out after the signal"
      : `${node.version ?? "its version"} does not wait for its work when it leaves, unless its cn.conf says so`;
    return { isolate: why, drain: `${why}: ${after}` };
  }
  return request.policy.drain === "inside" ? { drain: "this plan lets work run out inside the exit" } : {};
}
