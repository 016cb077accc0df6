/** What a plan starts from. Limits by role are those of the console's configuration: BE and CN 600 s, FE 90 s. */
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { USUAL, type Policy } from "#lib/run/plan.ts";

export type PlanPolicy = PlanRequestBody["policy"];

export const DEFAULT_POLICY = {
  approval: "every",
  drain: "before",
  onDrainLimit: { do: "ask" },
  soakMs: 60_000,
  minRequests: 20,
  onNoTraffic: "hold",
  maxFailures: 5,
  maxUnavailable: 1,
  ...USUAL,
} satisfies Policy;

export const DEFAULT_DRAIN_LIMIT_MS = 120_000;

export const DEFAULT_REQUEST: PlanRequestBody = {
  kind: "upgrade",
  targetVersion: null,
  nodeIds: null,
  policy: DEFAULT_POLICY,
  drainLimitMs: DEFAULT_DRAIN_LIMIT_MS,
  exitLimitMs: {},
  leaderExit: "graceful",
  isolate: true,
  reason: "",
};
