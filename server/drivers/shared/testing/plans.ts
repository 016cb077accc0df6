import { UNSAID, type Policy } from "#lib/run/plan.ts";
import type { PlanRequest } from "#server/orchestrator/ports.ts";

/** Nobody is asked, and nothing is waited for. */
export const POLICY: Policy = {
  approval: "none",
  drain: "before",
  onDrainLimit: { do: "ask" },
  soakMs: 0,
  minRequests: 0,
  onNoTraffic: "accept",
  maxFailures: 0,
  maxUnavailable: 1,
  ...UNSAID,
};

/** A restart of everything, one after the other, unless something else is asked for. */
export function aRequest(rest: Partial<PlanRequest> = {}): PlanRequest {
  return {
    kind: "restart",
    targetVersion: null,
    nodeIds: null,
    policy: POLICY,
    drainLimitMs: null,
    exitLimitMs: {},
    leaderExit: "graceful",
    isolate: true,
    reason: "a test",
    ...rest,
  };
}
