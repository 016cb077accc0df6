import type { ClusterNode, Role } from "../../cluster/node.ts";
import { PHASES, UNSAID, type Phase, type Plan, type PlannedStep, type Policy, type RunKind } from "../plan.ts";

/** Plans for tests, made like a driver makes them. */

export const POLICY: Policy = {
  approval: "none",
  drain: "before",
  onDrainLimit: { do: "ask" },
  soakMs: 10_000,
  minRequests: 1,
  onNoTraffic: "hold",
  maxFailures: 0,
  maxUnavailable: 1,
  ...UNSAID,
};

const RANKS: Readonly<Record<Role, number>> = { be: 0, cn: 1, fe: 2, server: 0 };

export function aNode(id: string, role: Role, leadership: ClusterNode["leadership"] = null): ClusterNode {
  const upgrade = leadership === "leader" ? 3 : RANKS[role];
  return { id, role, leadership, address: `${id}:9050`, pool: "default", rank: { upgrade, downgrade: 3 - upgrade } };
}

/** What each kind skips, as its driver freezes it. */
const SKIPS: Readonly<Record<RunKind, readonly Phase[]>> = {
  upgrade: [],
  downgrade: [],
  restart: ["upgrade"],
  stop: ["upgrade"],
  drain: ["exit", "confirm", "upgrade", "restart", "readmit", "verify"],
};

export function aStep(node: ClusterNode, kind: RunKind, change: Partial<PlannedStep> = {}): PlannedStep {
  const noRoute: readonly Phase[] = node.role === "fe" ? ["isolate", "drain", "readmit"] : [];
  const skips = [...SKIPS[kind], ...noRoute];
  return {
    nodeId: node.id,
    role: node.role,
    address: node.address,
    pool: node.pool,
    phases: PHASES.map((phase) => ({ phase, skip: skips.includes(phase) ? `not for ${kind} of ${node.role}` : null })),
    drainLimitMs: 60_000,
    exitLimitMs: 60_000,
    exit: "graceful",
    witnesses: ["controlPlane", "process"],
    work: { one: "query", many: "queries" },
    forgetsLoans: node.role === "fe",
    startLimitMs: 120_000,
    ...change,
  };
}

export type PlanChange = { readonly policy?: Partial<Policy>; readonly step?: Partial<PlannedStep> };

export function aPlan(nodes: readonly ClusterNode[], kind: RunKind, change: PlanChange = {}): Plan {
  return {
    clusterId: "c1",
    system: "model",
    kind,
    targetVersion: kind === "upgrade" || kind === "downgrade" ? NEW : null,
    fromVersions: [OLD],
    reason: "for a test",
    policy: { ...POLICY, ...change.policy },
    steps: nodes.map((node) => aStep(node, kind, change.step)),
    leftOut: [],
    listed: null,
    overrides: [],
  };
}

export const OLD = "4.0.6-aaaaaaa";
export const NEW = "4.0.7-bbbbbbb";
