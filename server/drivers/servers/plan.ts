/** What a run would do: which nodes, in which order, through which phases, and why a phase is left out. */
import { compareVersions, isVersion } from "#lib/cluster/version.ts";
import type { NodeId } from "#lib/cluster/node.ts";
import { countOf, type Work } from "#lib/cluster/observation.ts";
import { PHASES, rankOf, type Phase, type Plan, type PlannedStep } from "#lib/run/plan.ts";
import type { Answer, PlanRequest, Sighting } from "#server/orchestrator/ports.ts";
import { DOWN_ALREADY } from "../shared/planned-down.ts";
import { atOnce } from "../shared/at-once.ts";
import { exitLimitMsOf } from "./config.ts";
import { readCluster, readNode } from "./read.ts";
import type { Server, ServersWorld } from "./world.ts";

/** A node as it is found when the plan is made. */
export type Found = {
  readonly server: Server;
  readonly isUp: boolean;
  readonly version: string | null;
  readonly work: Work | null;
  readonly rank: number;
};

export async function plan(world: ServersWorld, request: PlanRequest, signal: AbortSignal): Promise<Answer<Plan>> {
  const reading = await readCluster(world, signal);
  if (!reading.ok) return reading;
  const ranks = new Map(reading.value.nodes.map((node) => [node.id, rankOf(node, request.kind)]));
  const found = await atOnce(world.servers, async (server): Promise<Found> => {
    const sighting = await readNode(world, server, true, signal);
    const rank = ranks.get(server.node.id) ?? 0;
    return { server, isUp: isUp(sighting), version: sighting.version?.value ?? null, work: sighting.work, rank };
  });
  const chosen = choose(found, request);
  if (!chosen.ok) return chosen;
  const steps = [...chosen.value.steps].sort((a, b) => a.rank - b.rank || byName(a.server.node.id, b.server.node.id));
  return {
    ok: true,
    value: {
      clusterId: world.config.id,
      system: world.service.system,
      kind: request.kind,
      targetVersion: changesVersion(request) ? request.targetVersion : null,
      fromVersions: [...new Set(steps.flatMap(({ version }) => version ?? []))].sort(),
      reason: request.reason,
      policy: request.policy,
      steps: steps.map((each) => stepOf(world, each, request)),
      leftOut: chosen.value.leftOut,
      listed: null,
      overrides: [],
    },
  };
}

function isUp({ process }: Sighting): boolean {
  return process.some(({ value }) => value !== "gone");
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

type Chosen = {
  readonly steps: readonly Found[];
  readonly leftOut: readonly { readonly nodeId: NodeId; readonly reason: string }[];
};

export function choose(found: readonly Found[], request: PlanRequest): Answer<Chosen> {
  const { nodeIds, kind, targetVersion } = request;
  const missing = (nodeIds ?? []).filter((id) => !found.some(({ server }) => server.node.id === id));
  if (missing.length > 0) return { ok: false, why: `${missing.join(", ")} is not in the configuration` };
  if ((kind === "stop" || kind === "drain") && (nodeIds === null || nodeIds.length !== 1)) {
    return { ok: false, why: `choose the one node to ${kind}` };
  }
  const wanted = found.filter(({ server }) => nodeIds === null || nodeIds.includes(server.node.id));
  if (!changesVersion(request)) return { ok: true, value: { steps: wanted, leftOut: [] } };
  if (targetVersion === null) return { ok: false, why: "choose the version to install" };
  const leftOut = wanted.filter(({ version }) => version !== null && isVersion(version, targetVersion));
  const steps = wanted.filter((each) => !leftOut.includes(each));
  const wrongWay = steps.find(({ version }) => isWrongWay(version, kind, targetVersion));
  if (wrongWay !== undefined) {
    const other = kind === "upgrade" ? "newer" : "older";
    const { server, version } = wrongWay;
    return { ok: false, why: `${server.node.id} runs ${version ?? ""}, which is ${other} than ${targetVersion}` };
  }
  if (steps.length === 0) return { ok: false, why: `every chosen node runs ${targetVersion} already` };
  const reason = `already on ${targetVersion}`;
  return { ok: true, value: { steps, leftOut: leftOut.map(({ server }) => ({ nodeId: server.node.id, reason })) } };
}

/** Versions that are no numbers, as commits, have no way to be wrong. */
function isWrongWay(version: string | null, kind: PlanRequest["kind"], target: string): boolean {
  const order = version === null ? null : compareVersions(version, target);
  return order !== null && (kind === "upgrade" ? order > 0 : order < 0);
}

function changesVersion({ kind }: Pick<PlanRequest, "kind">): boolean {
  return kind === "upgrade" || kind === "downgrade";
}

function stepOf(world: ServersWorld, found: Found, request: PlanRequest): PlannedStep {
  const { node, config } = found.server;
  const { service } = world;
  const exitLimitMs = request.exitLimitMs[node.id] ?? exitLimitMsOf(world.config, config);
  const { exitWaitS, startLimitS } = world.config;
  const skips = skipsOf(found, request, service.skips?.(node) ?? {});
  return {
    nodeId: node.id,
    role: "server",
    address: node.address,
    pool: node.pool,
    phases: PHASES.map((phase) => ({ phase, skip: skips[phase] ?? null })),
    drainLimitMs: request.drainLimitMs,
    exitLimitMs,
    exitWaitMs: service.exitWaitMs?.(node, exitLimitMs) ?? (exitWaitS === undefined ? null : exitWaitS * 1000),
    exit: "graceful",
    witnesses: service.members === undefined ? ["node", "process"] : ["controlPlane", "node", "process"],
    work: service.work,
    forgetsLoans: false,
    startLimitMs: startLimitS * 1000,
  };
}

type Skips = Partial<Readonly<Record<Phase, string>>>;

export function skipsOf(found: Found, request: PlanRequest, own: Skips): Skips {
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
  return { ...isolationSkips(found, request), ...own, ...noVersion, ...drainOnly };
}

function isolationSkips({ server, isUp, work }: Found, request: PlanRequest): Skips {
  if (!isUp) return { isolate: DOWN_ALREADY, drain: DOWN_ALREADY };
  if (server.routes.length === 0) {
    const none = "no router stands before it that this console knows";
    return {
      isolate: none,
      drain: "new work is still sent to it, so it would not end; it runs out inside the exit",
      readmit: "nothing was taken off",
    };
  }
  if (!request.isolate) {
    return {
      isolate: "switched off in this plan, to measure",
      drain: "new work is still sent to it, so it would not end",
    };
  }
  if (work === null || countOf(work.inFlight) === null || countOf(work.willBeCut) === null) {
    return { drain: "its work cannot be counted: nobody could say when it has run out; it does so inside the exit" };
  }
  return request.policy.drain === "inside" ? { drain: "this plan lets work run out inside the exit" } : {};
}
