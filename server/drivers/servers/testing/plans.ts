import type { PlanRequest } from "#server/orchestrator/ports.ts";
import { aRequest } from "../../shared/testing/plans.ts";

export function restartOf(...nodeIds: readonly string[]): PlanRequest {
  return aRequest({ nodeIds: nodeIds.length === 0 ? null : nodeIds });
}
