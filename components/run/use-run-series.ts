"use client";
import { useMemo } from "react";
import type { Run } from "#lib/run/state.ts";
import type { LaneSeries } from "#components/charts/lanes.ts";
import { NO_SERIES } from "#components/charts/lanes.ts";
import { worst } from "#components/charts/points.ts";
import { useSeries } from "#components/data/live-provider.tsx";

export const LANE_NAMES = ["cluster/requestsPerS", "cluster/failedPerS", "cluster/p99Ms"] as const;
const HOUR_MS = 3_600_000;

/** Fine enough to count failures one by one while the run is young, coarse enough to be sent when it is old. */
export function stepFor(spanMs: number): number {
  if (spanMs <= HOUR_MS) return 1000;
  return spanMs <= 4 * HOUR_MS ? 5000 : 30_000;
}

/** The throughput of the cluster from the run's start to now. */
export function useRunSeries(run: Run, nowMs: number): LaneSeries {
  const points = useSeries(run.plan.clusterId, LANE_NAMES, run.startedAtMs, stepFor(nowMs - run.startedAtMs));
  return useMemo(() => (points === null ? NO_SERIES : laneSeries(points)), [points]);
}

export function laneSeries(points: Readonly<Record<string, LaneSeries["p99Ms"]>>): LaneSeries {
  return {
    requestsPerS: points["cluster/requestsPerS"] ?? [],
    failedPerS: points["cluster/failedPerS"] ?? [],
    p99Ms: worst(points["cluster/p99Ms"] ?? []),
  };
}
