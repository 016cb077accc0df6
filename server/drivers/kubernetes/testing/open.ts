/** A driver over the rig, for tests that ask it themselves. */
import { UNSAID, type Policy } from "#lib/run/plan.ts";
import { systemClock } from "#server/clock.ts";
import type { Driver, PlanRequest } from "#server/orchestrator/ports.ts";
import { kubernetesConfig } from "../config.ts";
import { createKubernetesDriver } from "../driver.ts";
import { kubeconfigPath } from "./rig.ts";

export const SIGNAL = new AbortController().signal;

export function openDriver(namespace: string, workloads: readonly unknown[], path: string = kubeconfigPath()): Driver {
  const config = kubernetesConfig.parse({
    id: "rig",
    name: "Rig",
    system: "kubernetes",
    access: { by: "kubeconfig", path },
    namespace,
    workloads,
  });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createKubernetesDriver(config, { clock: systemClock, log, sent: () => undefined });
}

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

export function aRequest(rest: Partial<PlanRequest> = {}): PlanRequest {
  return {
    kind: "upgrade",
    targetVersion: "1.1.0",
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
