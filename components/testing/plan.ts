import { evolve } from "#lib/run/evolve/evolve.ts";
import type { RunEvent } from "#lib/run/event.ts";
import { PHASES, type Plan, type PlannedStep } from "#lib/run/plan.ts";
import type { Run } from "#lib/run/state.ts";
import { invariant } from "#lib/util/invariant.ts";
import { DEFAULT_POLICY } from "#components/plan/defaults.ts";
import { NOW_MS } from "./cluster.ts";

function step(nodeId: string): PlannedStep {
  return {
    nodeId,
    role: "be",
    address: "10.20.4.21:9050",
    pool: "be",
    phases: PHASES.map((phase) => ({ phase, skip: null })),
    drainLimitMs: 120_000,
    exitLimitMs: 600_000,
    exit: "graceful",
    witnesses: ["controlPlane", "node", "process"],
    work: { one: "query", many: "queries" },
    forgetsLoans: false,
    startLimitMs: 300_000,
  };
}

export function upgradePlan(nodeIds: readonly string[]): Plan {
  return {
    clusterId: "c",
    system: "starrocks",
    kind: "upgrade",
    targetVersion: "4.0.8",
    fromVersions: ["4.0.7"],
    reason: "",
    policy: DEFAULT_POLICY,
    steps: nodeIds.map(step),
    leftOut: [],
    listed: null,
    overrides: [],
  };
}

export const DANA = { kind: "person", id: "dana.kim", via: "browser" } as const;

/** A run with these events, a second apart, the last of them just now. */
export function runWith(plan: Plan, ...events: readonly RunEvent[]): Run {
  const all: readonly RunEvent[] = [{ type: "RunStarted", runId: "0231", plan, baseline: {} }, ...events];
  let run: Run | null = null;
  all.forEach((event, index) => {
    run = evolve(run, { seq: index + 1, atMs: NOW_MS - (all.length - 1 - index) * 1000, actor: DANA, event });
  });
  invariant(run !== null, "a run that was started is a run");
  return run;
}

export function began(nodeId: string, ...phases: readonly (typeof PHASES)[number][]): readonly RunEvent[] {
  return phases.map((phase) => ({ type: "PhaseBegan", nodeId, phase, evidence: "" }));
}
