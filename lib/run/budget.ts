import { allFailures, BUDGET_RULE, failuresCounted } from "./evolve/run.ts";
import type { Draft, RunEvent } from "./event.ts";
import type { Facts } from "./facts.ts";
import { byRule, type Scene } from "./move.ts";
import type { Run, RunFailures } from "./state.ts";

/** Failures within the budget are kept no oftener than this. */
const COUNT_EVERY_MS = 5000;

type Counted = Extract<RunEvent, { readonly type: "FailuresCounted" }>;

/**
 * What failed in the whole run, kept in the journal so that a console that dies forgets none of it; more than the budget
 * allows, and the run is paused. The node that is touched is finished.
 */
export function failureEvents({ run, facts, nowMs }: Scene): readonly Draft<RunEvent>[] {
  const event = newCount(run, facts);
  const after = event === null ? run : failuresCounted(run, event, nowMs);
  const pauses = run.life.at === "running" && isOverBudget(after);
  const counted = event === null ? [] : [byRule("B1.count", event)];
  if (pauses) return [...counted, byRule(BUDGET_RULE, { type: "PauseRequested", reason: overWords(after) })];
  const { countedAtMs } = run.failures;
  return countedAtMs === null || nowMs >= countedAtMs + COUNT_EVERY_MS ? counted : [];
}

/** The count as it is now, where more has failed than was kept. Totals of one count never fall. */
function newCount({ failures: kept }: Run, { runTraffic, probe }: Facts): Counted | null {
  const sinceMs = runTraffic?.sinceMs ?? probe?.sinceMs;
  if (sinceMs === undefined) return null;
  const same = kept.sinceMs === sinceMs;
  const failures = Math.max(runTraffic?.failures ?? 0, same ? kept.failures : 0);
  const probeFailures = Math.max(probe?.failures ?? 0, same ? kept.probeFailures : 0);
  const more = failures + probeFailures > (same ? kept.failures + kept.probeFailures : 0);
  const requests = runTraffic?.requests ?? null;
  return more ? { type: "FailuresCounted", sinceMs, requests, failures, probeFailures } : null;
}

/** How many count against the budget now. */
export function budgetUsed(failures: RunFailures): number {
  return allFailures(failures) - failures.base;
}

export function isOverBudget({ plan, failures }: Run): boolean {
  const { failureBudget } = plan.policy;
  return failureBudget !== null && budgetUsed(failures) > failureBudget;
}

function overWords({ failures, plan }: Run): string {
  const { base, probeFailures } = failures;
  return `${budgetUsed(failures)} requests failed ${base > 0 ? "since it was resumed" : "since the run began"}${probeFailures > 0 ? `, ${probeFailures} of them statements of the probe` : ""}; its budget is ${plan.policy.failureBudget}.`;
}
