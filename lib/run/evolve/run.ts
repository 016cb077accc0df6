import type { RunEvent } from "../event.ts";
import type { Run, RunFailures } from "../state.ts";

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { readonly type: T }>;

/** What is accepted once is accepted for good: who vanished, came back and vanishes again is no news. */
export function topologyAccepted(run: Run, { appeared, vanished }: Of<"TopologyAccepted">): Run {
  const { topology } = run;
  const union = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])];
  return {
    ...run,
    topology: { appeared: union(topology.appeared, appeared), vanished: union(topology.vanished, vanished) },
  };
}

export const NO_FAILURES: RunFailures = {
  before: 0,
  sinceMs: null,
  requests: null,
  failures: 0,
  probeFailures: 0,
  base: 0,
  countedAtMs: null,
};

/** A count that began at another moment goes on from what was counted before it. */
export function failuresCounted(run: Run, event: Of<"FailuresCounted">, atMs: number): Run {
  const { failures: old } = run;
  const { sinceMs, requests, failures, probeFailures } = event;
  const before = old.sinceMs === sinceMs ? old.before : old.before + old.failures + old.probeFailures;
  return { ...run, failures: { ...old, before, sinceMs, requests, failures, probeFailures, countedAtMs: atMs } };
}

export function allFailures({ before, failures, probeFailures }: RunFailures): number {
  return before + failures + probeFailures;
}

/** Whoever resumes a run that its budget paused, and leaves the budget as it is, grants it once more. */
export function resumed({ life, failures, plan }: Run): RunFailures {
  const byBudget = life.at === "paused" && life.by.kind === "rule" && life.by.rule === BUDGET_RULE;
  const budget = plan.policy.failureBudget;
  const isOver = budget !== null && allFailures(failures) - failures.base > budget;
  return byBudget && isOver ? { ...failures, base: allFailures(failures) } : failures;
}

export const BUDGET_RULE = "B1";
