import { UNSAID } from "#lib/run/plan.ts";
import type { PlanRequest } from "#server/orchestrator/ports.ts";

/** A restart of everything, one after the other, without a question. */
export const RESTART: PlanRequest = {
  kind: "restart",
  targetVersion: null,
  nodeIds: null,
  policy: {
    approval: "none",
    drain: "before",
    onDrainLimit: { do: "ask" },
    soakMs: 0,
    minRequests: 0,
    onNoTraffic: "accept",
    maxFailures: 0,
    maxUnavailable: 1,
    ...UNSAID,
  },
  drainLimitMs: null,
  exitLimitMs: {},
  leaderExit: "graceful",
  isolate: true,
  reason: "a new index",
};
