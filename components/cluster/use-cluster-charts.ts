"use client";
/** What the charts of a cluster show: the last 15 minutes as they come, or the window that the address asks for. */
import { useMemo } from "react";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import type { Band, LaneSeries, Mark } from "#components/charts/lanes.ts";
import type { ChartZoom, TimeWindow } from "#components/charts/zoom.ts";
import { useRangeSeries } from "#components/data/use-range-series.ts";
import { laneSeries, LANE_NAMES } from "#components/run/use-run-series.ts";
import type { ChartRange } from "#components/shell/chart-range.ts";
import { useChartRange, windowOf } from "#components/shell/use-chart-range.ts";
import { runBands } from "./run-bands.ts";
import { drainsOf, type ClusterWindow } from "./use-cluster-window.ts";

export type ClusterCharts = TimeWindow & {
  readonly range: ChartRange;
  readonly zoom: ChartZoom;
  readonly series: LaneSeries;
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
  /** The first points of this window are still on their way. */
  readonly reading: boolean;
};

/** So long the console keeps what it has seen. */
const KEPT_MS = 30 * 24 * 3_600_000;

export function useClusterCharts(
  cluster: ClusterView,
  run: Run | null,
  usual: ClusterWindow,
  nowMs: number,
): ClusterCharts {
  const { range, zoom } = useChartRange({ fromMs: usual.toMs - KEPT_MS, toMs: usual.toMs });
  const isUsual = range.is === "usual" || (range.is === "last" && range.span === "15m");
  const { fromMs, toMs } = isUsual ? usual : windowOf(range, usual, nowMs);
  const points = useRangeSeries(cluster.id, LANE_NAMES, isUsual ? null : { fromMs, toMs }, nowMs);
  const read = useMemo(() => laneSeries(points ?? {}), [points]);
  const drains = drainsOf(run, fromMs, toMs, nowMs);
  return {
    range,
    zoom,
    fromMs,
    toMs,
    series: isUsual ? usual.lanes : read,
    bands: [...runBands(cluster.runs, fromMs, toMs, nowMs), ...drains.bands],
    marks: drains.marks,
    reading: isUsual ? usual.points === null : points === null,
  };
}
