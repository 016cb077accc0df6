import type { RunSummary } from "#lib/wire/views.ts";
import type { Run } from "#lib/run/state.ts";

/** What a list shows of a run. */
export function summaryOf(run: Run): RunSummary {
  const { plan, life } = run;
  return {
    id: run.id,
    clusterId: plan.clusterId,
    kind: plan.kind,
    targetVersion: plan.targetVersion,
    fromVersions: plan.fromVersions,
    nodeIds: plan.steps.map(({ nodeId }) => nodeId),
    startedAtMs: run.startedAtMs,
    startedBy: run.startedBy,
    endedAtMs: life.at === "ended" ? life.atMs : null,
    verdict: life.at === "ended" ? life.verdict : null,
    reason: plan.reason,
  };
}
