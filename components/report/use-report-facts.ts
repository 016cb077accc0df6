"use client";
/** What the report's file says, gathered when it is asked for. */
import { useQuery } from "@tanstack/react-query";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Run } from "#lib/run/state.ts";
import type { LaneSeries } from "#components/charts/lanes.ts";
import { useCluster } from "#components/data/live-provider.tsx";
import { probeQuery } from "#components/data/queries.ts";
import { wordsOf } from "#components/data/words.ts";
import type { ReportFacts } from "./file/report-file.ts";
import { loanSummary } from "./report.ts";

export function useReportFacts(
  run: Run,
  events: readonly Recorded<RunEvent>[],
  series: LaneSeries,
): (plan: string) => ReportFacts {
  const cluster = useCluster(run.plan.clusterId);
  const probe = useQuery({ ...probeQuery(run.id) }).data ?? null;
  return (plan) => ({
    run,
    events,
    words: wordsOf(cluster, run.plan),
    series,
    probe,
    plan,
    clusterName: cluster?.name ?? run.plan.clusterId,
    loans: cluster === null ? null : loanSummary(cluster.loans, run.id),
    madeAtMs: Date.now(),
  });
}
