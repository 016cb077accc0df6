/** What a seed draws: a cluster, a plan, and how rough it will be. */
import type { ClusterNode } from "#lib/cluster/node.ts";
import {
  PHASES,
  rankOf,
  UNSAID,
  type Phase,
  type Plan,
  type PlannedStep,
  type Policy,
  type RunKind,
} from "#lib/run/plan.ts";
import type { Random } from "#lib/run/testing/random.ts";
import { NEW, OLD, type Shape, type World } from "./world.ts";

export const CLUSTER = "c1";

const SHAPES: readonly Shape[] = [
  [
    { role: "be", count: 2 },
    { role: "fe", count: 1 },
  ],
  [
    { role: "be", count: 2 },
    { role: "fe", count: 2 },
  ],
  [
    { role: "be", count: 2 },
    { role: "fe", count: 3 },
  ],
  [
    { role: "be", count: 2 },
    { role: "cn", count: 2 },
    { role: "fe", count: 1 },
  ],
  [
    { role: "be", count: 3 },
    { role: "fe", count: 1 },
  ],
];

/** Where several at once are possible. */
const WIDE_SHAPES: readonly Shape[] = [
  [
    { role: "be", count: 4 },
    { role: "fe", count: 1 },
  ],
  [
    { role: "be", count: 2 },
    { role: "cn", count: 4 },
    { role: "fe", count: 1 },
  ],
];

export function drawWideShape(random: Random): Shape {
  return pick(random, WIDE_SHAPES, WIDE_SHAPES[0] ?? []);
}

/** Two or three at once, and as many may be out, or one more. */
export function drawBatch(random: Random): Pick<Policy, "batch" | "maxUnavailable"> {
  const batch = random.between(2, 3);
  return { batch, maxUnavailable: batch + (random.chance(0.2) ? 1 : 0) };
}

/** Two to four that are listed one after the other, mostly of one role. */
export function drawWideNodes(random: Random, world: World): readonly string[] {
  const all = [...world.nodes.keys()];
  const first = random.between(0, 2);
  return all.slice(first, first + random.between(2, 4));
}

export function pick<T>(random: Random, from: readonly T[], otherwise: T): T {
  return from[random.between(0, Math.max(0, from.length - 1))] ?? otherwise;
}

export function drawShape(random: Random): Shape {
  return pick(random, SHAPES, SHAPES[0] ?? []);
}

const KINDS: readonly RunKind[] = ["upgrade", "upgrade", "upgrade", "downgrade", "restart", "stop", "drain"];

export function drawKind(random: Random): RunKind {
  return pick(random, KINDS, "upgrade");
}

export function drawPolicy(random: Random): Policy {
  const onDrainLimit = pick<Policy["onDrainLimit"]>(
    random,
    [{ do: "ask" }, { do: "goOn" }, { do: "extend", byMs: 5000, atMostMs: 10_000 }],
    { do: "ask" },
  );
  return {
    ...UNSAID,
    approval: pick<Policy["approval"]>(random, ["every", "firstOfRole", "firstThenLook", "none", "none"], "none"),
    drain: random.chance(0.8) ? "before" : "inside",
    onDrainLimit,
    soakMs: random.between(1, 3) * 1000,
    minRequests: random.chance(0.9) ? 1 : 1000,
    onNoTraffic: random.chance(0.5) ? "hold" : "accept",
    maxFailures: 0,
    maxUnavailable: random.chance(0.9) ? 1 : 2,
    failureBudget: random.chance(0.2) ? 3 : null,
    unansweredMs: random.chance(0.2) ? 20_000 : null,
    finish: random.chance(0.2) ? "later" : "atOnce",
    hooks: { before: drawHook(random), after: drawHook(random) },
  };
}

function drawHook(random: Random): Policy["hooks"]["before"] {
  if (!random.chance(0.1)) return null;
  return { argv: [random.chance(0.8) ? "works" : "fails"], limitMs: 5000 };
}

export type PlanWish = {
  readonly kind: RunKind;
  readonly policy: Policy;
  readonly nodeIds: readonly string[];
  readonly drainLimitMs: number | null;
  readonly exitLimitMs: number | null;
};

/** Up to three nodes, mostly one or two: a history stays short. */
export function drawNodes(random: Random, world: World): readonly string[] {
  const all = [...world.nodes.keys()];
  const many = pick(random, [1, 1, 2, 2, 3], 1);
  const first = random.between(0, all.length - 1);
  return Array.from({ length: Math.min(many, all.length) }, (_, index) => all[(first + index) % all.length] ?? "");
}

/** Made like a driver makes one: ordered by rank, with what each node skips. */
export function makePlan(world: World, { kind, policy, nodeIds, drainLimitMs, exitLimitMs }: PlanWish): Plan {
  const changes = kind === "upgrade" || kind === "downgrade";
  const nodes = nodeIds.map((id) => world.at(id).listing);
  const ordered = [...nodes].sort((a, b) => rankOf(a, kind) - rankOf(b, kind));
  return {
    clusterId: CLUSTER,
    system: "simulator",
    kind,
    targetVersion: changes ? (kind === "upgrade" ? NEW : OLD) : null,
    fromVersions: [kind === "upgrade" ? OLD : NEW],
    reason: "for a history",
    policy,
    steps: ordered.map((node) => makeStep(node, kind, policy, drainLimitMs, exitLimitMs)),
    leftOut: [],
    overrides: [],
    listed: [...world.nodes.values()].filter(({ isListed }) => isListed).map(({ id }) => id),
  };
}

const NO_ROUTE: readonly Phase[] = ["isolate", "drain", "readmit"];
const NO_SIGNAL: readonly Phase[] = ["exit", "confirm", "upgrade", "restart", "readmit", "verify"];

function makeStep(
  { id, role, address, pool }: ClusterNode,
  kind: RunKind,
  policy: Policy,
  drainLimitMs: number | null,
  exitLimitMs: number | null,
): PlannedStep {
  const changes = kind === "upgrade" || kind === "downgrade";
  const skipOf = (phase: Phase): string | null => {
    if (role === "fe" && NO_ROUTE.includes(phase)) return "no router stands before it";
    if (policy.drain === "inside" && kind !== "drain" && phase === "drain") return "work runs out inside the exit";
    if (kind === "drain" && NO_SIGNAL.includes(phase)) return "a drain sends no signal";
    return phase === "upgrade" && !changes ? `a ${kind} changes no version` : null;
  };
  return {
    nodeId: id,
    role,
    address,
    pool,
    phases: PHASES.map((phase) => ({ phase, skip: skipOf(phase) })),
    drainLimitMs,
    exitLimitMs,
    exit: "graceful",
    witnesses: ["controlPlane", "node", "process"],
    work: { one: "query", many: "queries" },
    forgetsLoans: role === "fe",
    startLimitMs: 12_000,
  };
}
