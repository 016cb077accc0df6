/** A driver over the rig, for tests that ask it themselves. */
import { systemClock } from "#server/clock.ts";
import type { Driver, PlanRequest } from "#server/orchestrator/ports.ts";
import { aRequest as aPlanRequest } from "../../shared/testing/plans.ts";
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

export function aRequest(rest: Partial<PlanRequest> = {}): PlanRequest {
  return aPlanRequest({ kind: "upgrade", targetVersion: "1.1.0", ...rest });
}
