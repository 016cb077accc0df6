"use client";
/** What the charts of a run show: all of it, or the window that the address asks for, as finely as it was kept. */
import { useMemo } from "react";
import type { Run } from "#lib/run/state.ts";
import type { LaneSeries } from "#components/charts/lanes.ts";
import type { ChartZoom, TimeWindow } from "#components/charts/zoom.ts";
import { useRangeSeries } from "#components/data/use-range-series.ts";
import { useChartRange, windowOf } from "#components/shell/use-chart-range.ts";
import { laneSeries, LANE_NAMES } from "./use-run-series.ts";

export function useRunCharts(
  run: Run,
  series: LaneSeries,
  whole: TimeWindow,
  nowMs: number,
): TimeWindow & { readonly shown: LaneSeries; readonly zoom: ChartZoom } {
  const { range, zoom } = useChartRange(whole);
  const isWhole = range.is === "usual";
  const window = windowOf(range, whole, nowMs);
  const points = useRangeSeries(run.plan.clusterId, LANE_NAMES, isWhole ? null : window, nowMs);
  const finer = useMemo(() => (points === null ? null : laneSeries(points)), [points]);
  // Until they have come, what is here already is drawn in the new window.
  return { ...window, shown: isWhole ? series : (finer ?? series), zoom: { ...zoom, isZoomed: !isWhole } };
}
