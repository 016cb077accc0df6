import { describe, expect, it } from "vitest";
import type { Actor } from "../actor.ts";
import { BUDGET_RULE, failuresCounted, NO_FAILURES, resumed } from "./run.ts";
import type { Run, RunFailures } from "../state.ts";
import { ANN } from "../testing/console.ts";
import { runIn } from "../testing/states.ts";

const BY_BUDGET: Actor = { kind: "rule", rule: BUDGET_RULE };

type Paused = { readonly by?: Actor; readonly budget?: number | null; readonly failures?: Partial<RunFailures> };

/** A paused run whose budget is 2, with 5 failures, unless said otherwise. */
function paused({ by = BY_BUDGET, budget = 2, failures = {} }: Paused = {}): Run {
  const run = runIn("paused");
  return {
    ...run,
    life: { at: "paused", by, sinceMs: 0, reason: "" },
    plan: { ...run.plan, policy: { ...run.plan.policy, failureBudget: budget } },
    failures: { ...NO_FAILURES, failures: 5, ...failures },
  };
}

describe("resuming a run", () => {
  it("[B2] that its budget paused grants the budget once more from there, probes and earlier counts with it", () => {
    expect(resumed(paused()).base).toBe(5);
    expect(resumed(paused({ failures: { before: 10, probeFailures: 1 } })).base).toBe(16);
    expect(resumed(paused({ failures: { base: 1 } })).base).toBe(5);
  });

  it("[B2] whose budget was raised counts on from where it was", () => {
    expect(resumed(paused({ budget: 5 })).base).toBe(0);
    expect(resumed(paused({ budget: 3, failures: { base: 2 } })).base).toBe(2);
    expect(resumed(paused({ budget: null })).base).toBe(0);
  });

  it("[B2] that a person or another rule paused grants nothing", () => {
    expect(resumed(paused({ by: ANN })).base).toBe(0);
    expect(resumed(paused({ by: { kind: "rule", rule: "U1" } })).base).toBe(0);
  });
});

describe("a count of failures", () => {
  const counted = (sinceMs: number): RunFailures => {
    const run = paused({ failures: { before: 1, sinceMs: 1000, failures: 5, probeFailures: 2 } });
    const event = { type: "FailuresCounted", sinceMs, requests: 9, failures: 3, probeFailures: 4 } as const;
    return failuresCounted(run, event, 7000).failures;
  };

  it("[B3] takes the place of the one before it", () => {
    expect(counted(1000)).toMatchObject({ before: 1, failures: 3, probeFailures: 4, requests: 9, countedAtMs: 7000 });
  });

  it("[B3] that began at another moment goes on from all that was counted before it", () => {
    expect(counted(2000)).toMatchObject({ before: 8, sinceMs: 2000, failures: 3, probeFailures: 4 });
  });

  it("[B3] the first of all has nothing before it", () => {
    const event = { type: "FailuresCounted", sinceMs: 1, requests: null, failures: 3, probeFailures: 0 } as const;
    expect(failuresCounted(runIn("drain"), event, 2).failures).toMatchObject({ before: 0, failures: 3, base: 0 });
  });
});
