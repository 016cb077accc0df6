"use client";
/** The throughput of a run that is over: read once, for its points do not change any more. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { NO_SERIES, type LaneSeries } from "#components/charts/lanes.ts";
import { browserApi, valueOf } from "#components/data/client.ts";
import { seriesPoints } from "#components/data/lazy-shapes.ts";
import { LANE_NAMES, laneSeries, stepFor } from "#components/run/use-run-series.ts";

export function usePastSeries(clusterId: string, fromMs: number, toMs: number): LaneSeries {
  const stepMs = stepFor(toMs - fromMs);
  const query = new URLSearchParams({
    names: LANE_NAMES.join(","),
    fromMs: String(Math.floor(fromMs)),
    // A run that ended as it began has a second all the same.
    toMs: String(Math.max(Math.ceil(toMs), Math.floor(fromMs) + 1000)),
    stepMs: String(stepMs),
  });
  const { data } = useQuery({
    queryKey: ["pastSeries", clusterId, fromMs, toMs, stepMs],
    queryFn: () =>
      valueOf(
        browserApi.get(`/api/clusters/${encodeURIComponent(clusterId)}/series?${query.toString()}`, seriesPoints),
      ),
    staleTime: Infinity,
  });
  return useMemo(() => (data === undefined ? NO_SERIES : laneSeries(data)), [data]);
}
