import type { ClusterView, RunSummary } from "#lib/wire/views.ts";

/** The run that has not ended; one a cluster. */
export function activeRun(cluster: ClusterView): RunSummary | null {
  return cluster.runs.find((run) => run.endedAtMs === null) ?? null;
}
