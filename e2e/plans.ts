/** Plans that stories ask for over HTTP. */
import { UNSAID } from "#lib/run/plan.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";

export type PlanWish = Omit<Partial<PlanRequestBody>, "policy"> & {
  readonly policy?: Partial<PlanRequestBody["policy"]>;
};

/** An upgrade that asks nobody and soaks as long as a small twin needs. */
export function upgradePlan({ policy, ...wish }: PlanWish = {}): PlanRequestBody {
  return {
    kind: "upgrade",
    targetVersion: "4.0.7",
    nodeIds: null,
    drainLimitMs: 120_000,
    exitLimitMs: {},
    leaderExit: "graceful",
    isolate: true,
    reason: "a story",
    ...wish,
    policy: {
      approval: "none",
      drain: "before",
      onDrainLimit: { do: "ask" },
      soakMs: 3000,
      minRequests: 10,
      onNoTraffic: "hold",
      maxFailures: 0,
      maxUnavailable: 1,
      ...UNSAID,
      ...policy,
    },
  };
}
