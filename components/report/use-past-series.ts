"use client";
/** The throughput of a run that is over: read once, for its points do not change any more. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { z } from "zod";
import type { SeriesPoints } from "#lib/wire/messages.ts";
import { NO_SERIES, type LaneSeries } from "#components/charts/lanes.ts";
import { browserApi, valueOf } from "#components/data/client.ts";
import { LANE_NAMES, laneSeries, stepFor } from "#components/run/use-run-series.ts";

const shape: z.ZodType<SeriesPoints> = z.record(
  z.string(),
  z.array(z.object({ atMs: z.number(), value: z.number().nullable() })),
);

export function usePastSeries(clusterId: string, fromMs: number, toMs: number): LaneSeries {
  const stepMs = stepFor(toMs - fromMs);
  const query = new URLSearchParams({
    names: LANE_NAMES.join(","),
    fromMs: String(Math.floor(fromMs)),
    toMs: String(Math.ceil(toMs)),
    stepMs: String(stepMs),
  });
  const { data } = useQuery({
    queryKey: ["pastSeries", clusterId, fromMs, toMs, stepMs],
    queryFn: () =>
      valueOf(browserApi.get(`/api/clusters/${encodeURIComponent(clusterId)}/series?${query.toString()}`, shape)),
    staleTime: Infinity,
  });
  return useMemo(() => (data === undefined ? NO_SERIES : laneSeries(data)), [data]);
}
